import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@working-papers/grad';
import type { Database } from './database.ts';
import { migrate } from './migrate.ts';
import { queueOnOneConnection } from './oneConnection.ts';
import { openPgliteEngine } from './pgliteEngine.ts';
import { openPostgres, type PostgresOptions } from './postgresEngine.ts';
import { openThreadEngine } from './threadEngine.ts';

/** The PostgreSQL inside this PGlite; its files open in no other. */
const postgresVersion = '18';
/** PGlite has no autovacuum: without this, changed rows pile up for ever. */
const maintenanceIntervalMs = 15 * 60_000;

/**
 * Opens the embedded database in its own thread and brings its tables up to date.
 *
 * @param folder - Its files; created if missing. The caller holds the lock of the data folder.
 * @throws {ConfigError} If the files belong to another version.
 */
export async function openEmbeddedDatabase(folder: string): Promise<Database> {
  refuseOtherVersion(folder);
  const database = queueOnOneConnection(await openThreadEngine(folder));
  try {
    await migrate(database);
  } catch (error) {
    await database.close();
    throw error;
  }
  const timer = setInterval(() => {
    // A failure shows at the next statement that somebody waits for.
    maintain(database).catch(() => undefined);
  }, maintenanceIntervalMs);
  timer.unref();
  return {
    ...database,
    close: () => {
      clearInterval(timer);
      return database.close();
    },
  };
}

/**
 * Connects to a PostgreSQL server and brings its tables up to date. Several processes may do so at
 * once.
 *
 * @param url - `postgres://user:password@host:port/database`.
 * @throws {ConfigError} If the address is malformed, or the server or its tables have another version.
 * @throws {DatabaseError} If the server cannot be reached.
 */
export async function openServerDatabase(
  url: string,
  options?: PostgresOptions,
): Promise<Database> {
  const database = await openPostgres(url, options);
  try {
    await migrate(database);
    return database;
  } catch (error) {
    await database.close();
    throw error;
  }
}

/** Opens an empty database in memory, with all tables, in the calling thread. */
export async function openMemoryDatabase(): Promise<Database> {
  const database = queueOnOneConnection(await openPgliteEngine());
  await migrate(database);
  return database;
}

/** Frees the room of changed rows, refreshes the planner's counts and shortens the log. */
export async function maintain(database: Database): Promise<void> {
  await database.query('vacuum (analyze)');
  await database.query('checkpoint');
}

function refuseOtherVersion(folder: string): void {
  let found: string;
  try {
    found = readFileSync(join(folder, 'PG_VERSION'), 'utf8').trim();
  } catch {
    return; // A new folder.
  }
  if (found !== postgresVersion) {
    throw new ConfigError(
      `database: ${folder} was written by PostgreSQL ${found}, this version reads ${postgresVersion}; start the version that wrote it, or set WP_DATA to another folder`,
    );
  }
}
