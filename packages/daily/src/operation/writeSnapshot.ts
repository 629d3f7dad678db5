import { createWriteStream } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { dirname } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import type { Connection, Database } from '../database/database.ts';
import { hashLines } from './snapshotFormat.ts';
import { snapshotRows } from './snapshotRows.ts';
import { quoted, readSnapshotTables, type SnapshotTable } from './snapshotTables.ts';

/** What a snapshot holds. */
export interface SnapshotSummary {
  readonly tables: number;
  readonly rows: number;
}

/**
 * Writes everything in the database into a file, as it is at one moment; see `snapshotFormat.ts`. The
 * file appears when it is complete and on the disk, readable by its owner only, because it holds e-mail
 * addresses. The embedded database answers nobody else meanwhile.
 *
 * @param file - Replaced if it is there; compressed if it ends in `.gz`.
 */
export async function writeSnapshot(
  database: Database,
  file: string,
  now: Date = new Date(),
): Promise<SnapshotSummary> {
  const unfinished = `${file}.unfinished`;
  const summary = { tables: 0, rows: 0 };
  try {
    await database.transaction(async (connection) => {
      await connection.query('set transaction isolation level repeatable read, read only');
      await connection.query(`set local time zone 'UTC'`);
      const lines = Readable.from(snapshotText(connection, now, summary));
      const sink = createWriteStream(unfinished, { mode: 0o600 });
      if (file.endsWith('.gz')) await pipeline(lines, createGzip(), sink);
      else await pipeline(lines, sink);
    });
    await syncToDisk(unfinished);
    await rename(unfinished, file);
    await syncToDisk(dirname(file));
  } catch (error) {
    await rm(unfinished, { force: true });
    throw error;
  }
  return summary;
}

/** The lines of a snapshot, many at a time. */
async function* snapshotText(
  connection: Connection,
  now: Date,
  summary: { tables: number; rows: number },
): AsyncGenerator<string> {
  const all = hashLines();
  const tables = await readSnapshotTables(connection);
  const header = {
    snapshot: 1,
    createdAt: now.toISOString(),
    migrations: await readMigrations(connection),
    sequences: await readSequences(connection),
  };
  yield* counted(all, [JSON.stringify(header)]);
  for (const table of tables) {
    for await (const lines of tableLines(connection, table, summary)) yield* counted(all, lines);
    summary.tables++;
  }
  const footer = { end: true, tables: tables.length, sha256: all.digest() };
  yield `${JSON.stringify(footer)}\n`;
}

function* counted(all: ReturnType<typeof hashLines>, lines: readonly string[]): Generator<string> {
  for (const line of lines) all.add(line);
  yield `${lines.join('\n')}\n`;
}

const linesAtOnce = 200;

async function* tableLines(
  connection: Connection,
  table: SnapshotTable,
  summary: { rows: number },
): AsyncGenerator<readonly string[]> {
  const { name, columns } = table;
  const { rows: counts } = await connection.query<{ rows: number }>(
    `select count(*) as rows from ${quoted(name)}`,
  );
  const rows = counts[0]?.rows ?? 0;
  yield [JSON.stringify({ table: name, columns, rows })];
  const ofRows = hashLines();
  let written = 0;
  let lines: string[] = [];
  for await (const row of snapshotRows(connection, table)) {
    ofRows.add(row);
    written++;
    if (lines.push(row) < linesAtOnce) continue;
    yield lines;
    lines = [];
  }
  if (written !== rows) {
    throw new Error(`internal: the table ${name} has ${rows} rows, ${written} were read`);
  }
  summary.rows += rows;
  yield [...lines, JSON.stringify({ sha256: ofRows.digest() })];
}

async function readMigrations(connection: Connection): Promise<string[]> {
  const { rows } = await connection.query<{ name: string }>(
    'select name from kysely_migration order by name collate "C"',
  );
  return rows.map(({ name }) => name);
}

/** What each sequence gave last, those of identity columns included; none for an unused one. */
async function readSequences(connection: Connection): Promise<Record<string, number>> {
  const { rows } = await connection.query<{ name: string; last: number }>(
    `select sequencename as name, last_value as last from pg_sequences
     where schemaname = current_schema() and last_value is not null order by 1`,
  );
  return Object.fromEntries(rows.map(({ name, last }) => [name, last]));
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
