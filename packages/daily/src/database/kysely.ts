import {
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type CompiledQuery,
  type DatabaseConnection,
  type Dialect,
  type Driver,
  type QueryResult,
} from 'kysely';
import type { Connection } from './database.ts';
import type { Schema } from './schema.ts';

/** Typed SQL on a connection. A transaction is the connection's business, never Kysely's. */
export function kyselyOn(connection: Connection): Kysely<Schema> {
  const dialect: Dialect = {
    createAdapter: () => new PortAdapter(),
    createDriver: () => new PortDriver(connection),
    createIntrospector: (kysely) => new PostgresIntrospector(kysely),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  };
  return new Kysely<Schema>({ dialect });
}

/** Migrations run inside a transaction of the port, so Kysely opens none and locks nothing. */
class PortAdapter extends PostgresAdapter {
  override get supportsTransactionalDdl(): boolean {
    return false;
  }

  override async acquireMigrationLock(): Promise<void> {}
}

class PortDriver implements Driver {
  readonly #connection: DatabaseConnection;

  constructor(connection: Connection) {
    this.#connection = new PortConnection(connection);
  }

  async init(): Promise<void> {}

  async acquireConnection(): Promise<DatabaseConnection> {
    return this.#connection;
  }

  async beginTransaction(): Promise<void> {
    throw new Error('internal: use Database.transaction');
  }

  async commitTransaction(): Promise<void> {
    throw new Error('internal: use Database.transaction');
  }

  async rollbackTransaction(): Promise<void> {
    throw new Error('internal: use Database.transaction');
  }

  async releaseConnection(): Promise<void> {}

  async destroy(): Promise<void> {}
}

class PortConnection implements DatabaseConnection {
  readonly #connection: Connection;

  constructor(connection: Connection) {
    this.#connection = connection;
  }

  async executeQuery<Row>({ sql, parameters }: CompiledQuery): Promise<QueryResult<Row>> {
    const { rows, affectedRows } = await this.#connection.query<Row>(sql, parameters);
    return { rows: [...rows], numAffectedRows: BigInt(affectedRows) };
  }

  // eslint-disable-next-line require-yield -- the interface asks for a generator.
  async *streamQuery<Row>(): AsyncIterableIterator<QueryResult<Row>> {
    throw new Error('internal: the database port does not stream');
  }
}
