import { AsyncLocalStorage } from 'node:async_hooks';
import { ConfigError } from '@working-papers/grad';
import pg from 'pg';
import { DatabaseError, type Database, type QueryResult } from './database.ts';
import { transact } from './oneConnection.ts';
import { scrub } from './scrub.ts';

/** The oldest server that the tests run on. */
const oldestVersion = 15;
const statementTimeoutMs = 30_000;
const connectTimeoutMs = 10_000;

/** How a server is used. */
export interface PostgresOptions {
  /** Connections at the same time; default 10. */
  readonly connections?: number;
}

/**
 * Connects to a PostgreSQL server.
 *
 * @param url - `postgres://user:password@host:port/database`; it never stands in an error.
 * @throws {ConfigError} If the address is malformed or the server too old.
 * @throws {DatabaseError} If the server cannot be reached.
 */
export async function openPostgres(
  url: string,
  { connections = 10 }: PostgresOptions = {},
): Promise<Database> {
  const where = placeOf(url);
  const pool = new pg.Pool({
    connectionString: url,
    max: connections,
    connectionTimeoutMillis: connectTimeoutMs,
    statement_timeout: statementTimeoutMs,
    application_name: 'working-papers',
    types,
  });
  // An idle connection that breaks is replaced by the pool; without a listener it ends the process.
  pool.on('error', () => undefined);
  const database = poolDatabase(pool, where);
  try {
    const { rows } = await database.query<{ version: number }>(
      `select current_setting('server_version_num')::int / 10000 as version`,
    );
    const version = rows[0]?.version ?? 0;
    if (version < oldestVersion) {
      throw new ConfigError(
        `database: the server at ${where} is PostgreSQL ${version}; use ${oldestVersion} or later`,
      );
    }
    return database;
  } catch (error) {
    await pool.end();
    throw error;
  }
}

function poolDatabase(pool: pg.Pool, where: string): Database {
  const inside = new AsyncLocalStorage<true>();
  const refuseNested = () => {
    if (inside.getStore()) {
      throw new Error('internal: inside a transaction use its own connection');
    }
  };
  const connect = async () => {
    try {
      return await pool.connect();
    } catch (cause) {
      throw unreachable(cause, where);
    }
  };
  return {
    query: async <Row>(sql: string, parameters?: readonly unknown[]) => {
      refuseNested();
      const client = await connect();
      try {
        return await execute<Row>(client, sql, parameters);
      } finally {
        client.release();
      }
    },
    transaction: async (body) => {
      refuseNested();
      const client = await connect();
      let isBroken = false;
      try {
        const engine = {
          execute: <Row>(sql: string, parameters?: readonly unknown[]) =>
            execute<Row>(client, sql, parameters),
        };
        return await inside.run(true, () => transact(engine, body));
      } catch (error) {
        isBroken = error instanceof DatabaseError && error.code === 'engine';
        throw error;
      } finally {
        client.release(isBroken);
      }
    },
    close: () => pool.end(),
  };
}

async function execute<Row>(
  client: pg.PoolClient,
  sql: string,
  parameters: readonly unknown[] = [],
): Promise<QueryResult<Row>> {
  try {
    // The boundary to the driver: the caller states the row's type.
    const { rows, rowCount } = await client.query<Row & pg.QueryResultRow>(sql, [...parameters]);
    return { rows, affectedRows: rowCount ?? 0 };
  } catch (error) {
    throw scrub(error);
  }
}

/** As PGlite gives them: a day as text, because it has no time zone, and bigint as a number. */
const types = new pg.TypeOverrides();
types.setTypeParser(pg.types.builtins.DATE, (text) => text);
types.setTypeParser(pg.types.builtins.INT8, Number);

/** `host:port/database` of an address: what may be shown. */
function placeOf(url: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : undefined;
  if (parsed === undefined || !/^postgres(ql)?:$/.test(parsed.protocol)) {
    throw new ConfigError(
      'database: DATABASE_URL is not an address of the form postgres://user:password@host:port/database',
    );
  }
  const host = parsed.searchParams.get('host') ?? parsed.host;
  return `${host}${parsed.pathname}`;
}

function unreachable(cause: unknown, where: string): Error {
  const known = scrub(cause);
  if (known.code !== 'engine') return known;
  return new DatabaseError(
    'engine',
    `database: ${where} cannot be reached (${known.message.replace(/^database: /, '')}); check DATABASE_URL and that the server runs`,
  );
}
