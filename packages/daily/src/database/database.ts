import { WorkingPapersError } from '@working-papers/grad';

/** What a statement returned. */
export interface QueryResult<Row> {
  readonly rows: readonly Row[];
  /** Rows that an insert, update or delete touched. */
  readonly affectedRows: number;
}

/** Something that runs SQL: the database itself, or a transaction of it. */
export interface Connection {
  /**
   * Runs one statement of PostgreSQL's SQL.
   *
   * Values come back as they mean: `date` as text `YYYY-MM-DD`, `timestamptz` as `Date`, `bigint` as
   * a number, `jsonb` parsed, arrays as arrays. The caller states the row's type; nothing checks it.
   *
   * @param sql - One statement, its values as `$1`, `$2`, ...
   * @throws {DatabaseError} If the statement fails.
   */
  readonly query: <Row>(sql: string, parameters?: readonly unknown[]) => Promise<QueryResult<Row>>;
}

/** The port behind which the database can be exchanged: PGlite in a folder, or a server. */
export interface Database extends Connection {
  /**
   * Runs `body` in a transaction: committed when it returns, rolled back when it throws. Inside, only
   * the connection that is passed in may be used.
   */
  readonly transaction: <Value>(body: (connection: Connection) => Promise<Value>) => Promise<Value>;
  /** Waits for what is running, then ends. Nothing can be asked afterwards. */
  readonly close: () => Promise<void>;
}

/** A failed statement, without its text and parameters, which may be private. */
export class DatabaseError extends WorkingPapersError {
  override name = 'DatabaseError';
  /** SQLSTATE, or `engine` where the engine itself failed. */
  readonly code: string;

  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}
