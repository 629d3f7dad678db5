import { existsSync } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { ConfigError, DataError } from '@working-papers/grad';
import type { Configuration } from '../configuration.ts';
import { prepareDataFolder } from '../dataFolder.ts';
import type { Database } from '../database/database.ts';
import { lockFolder } from '../database/lock.ts';
import { migrate, unknownMigrations } from '../database/migrate.ts';
import { queueOnOneConnection } from '../database/oneConnection.ts';
import { openPostgres } from '../database/postgresEngine.ts';
import { openThreadEngine } from '../database/threadEngine.ts';
import { readSnapshot } from './readSnapshot.ts';
import { restoreTable } from './restoreTable.ts';
import type { SnapshotHeader } from './snapshotFormat.ts';
import { quoted } from './snapshotTables.ts';
import type { SnapshotSummary } from './writeSnapshot.ts';

/** What was restored, and where an embedded database that was there before lies now. */
export interface Restored extends SnapshotSummary {
  readonly setAside?: string;
}

/**
 * Makes the database of a snapshot: that of `DATABASE_URL`, which must be empty, or the one in the data
 * folder. The whole file is checked before anything is written. Ids, times and hashes are kept, numbers
 * go on where they were, and every table is read again and compared.
 *
 * @param isReplacing - Whether a database in the data folder may be there: it is moved aside.
 * @throws {ConfigError} If there is a database already, or the data folder is in use.
 * @throws {DataError} If the file was altered or cut off, or is of a later version.
 */
export async function restoreSnapshot(
  file: string,
  configuration: Pick<Configuration, 'WP_DATA' | 'DATABASE_URL'>,
  { isReplacing = false, now = new Date() }: { isReplacing?: boolean; now?: Date } = {},
): Promise<Restored> {
  const header = await checkSnapshot(file);
  const { DATABASE_URL } = configuration;
  if (DATABASE_URL === undefined) {
    const folder = resolve(configuration.WP_DATA);
    return restoreIntoFolder(file, header, { folder, isReplacing, now });
  }
  return loadAndClose(file, header, await openPostgres(DATABASE_URL));
}

/** Reads the whole file, so that what follows does not stop in the middle. */
async function checkSnapshot(file: string): Promise<SnapshotHeader> {
  let header: SnapshotHeader | undefined;
  for await (const part of readSnapshot(file)) if (part.kind === 'header') header = part.header;
  if (header === undefined) throw new Error('internal: a snapshot has a header');
  const unknown = unknownMigrations(header.migrations);
  if (unknown.length === 0) return header;
  throw new DataError(
    `snapshot: ${file} has the migration ${unknown[0]}, which this version does not know; use the version that wrote it, or a later one`,
  );
}

async function restoreIntoFolder(
  file: string,
  header: SnapshotHeader,
  { folder, isReplacing, now }: { folder: string; isReplacing: boolean; now: Date },
): Promise<Restored> {
  prepareDataFolder(folder);
  const lock = await lockFolder(folder);
  try {
    const place = join(folder, 'database');
    const isThere = existsSync(place);
    if (isThere && !isReplacing) {
      throw new ConfigError(
        `snapshot: there is a database in ${folder}; --replace moves it aside, or set WP_DATA to another folder`,
      );
    }
    const unfinished = join(folder, 'database.unfinished');
    await rm(unfinished, { recursive: true, force: true });
    const database = queueOnOneConnection(await openThreadEngine(unfinished));
    const summary = await loadAndClose(file, header, database);
    if (!isThere) {
      await rename(unfinished, place);
      return summary;
    }
    const setAside = `${place}.before-${now.toISOString().replaceAll(/[:.]/g, '-')}`;
    await rename(place, setAside);
    await rename(unfinished, place);
    return { ...summary, setAside };
  } finally {
    await lock.release();
  }
}

async function loadAndClose(
  file: string,
  header: SnapshotHeader,
  database: Database,
): Promise<SnapshotSummary> {
  try {
    await requireEmpty(database);
    return await load(file, header, database);
  } finally {
    await database.close();
  }
}

async function requireEmpty(database: Database): Promise<void> {
  const { rows } = await database.query<{ name: string }>(
    `select relname as name from pg_class
     where relnamespace = current_schema()::regnamespace and relkind = 'r' order by 1`,
  );
  if (rows.length === 0) return;
  throw new ConfigError(
    `snapshot: the database of DATABASE_URL has tables already (${rows[0]?.name}, …); make an empty one (createdb papers) and name that`,
  );
}

/** Fills an empty database: first as it was when the snapshot was made, then brought up to this version. */
async function load(
  file: string,
  header: SnapshotHeader,
  database: Database,
): Promise<SnapshotSummary> {
  await migrate(database, header.migrations.at(-1));
  const parts = readSnapshot(file);
  const summary = { tables: 0, rows: 0 };
  for await (const part of parts) {
    if (part.kind !== 'table') continue;
    const { table } = part;
    await database.transaction((connection) => restoreTable(connection, table, parts));
    summary.tables++;
    summary.rows += table.rows;
  }
  for (const [name, last] of Object.entries(header.sequences)) {
    await database.query('select setval($1::regclass, $2)', [quoted(name), last]);
  }
  await migrate(database);
  return summary;
}
