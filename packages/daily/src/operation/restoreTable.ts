import { DataError } from '@working-papers/grad';
import type { Connection } from '../database/database.ts';
import type { SnapshotPart } from './readSnapshot.ts';
import { hashLines, type TableHeader } from './snapshotFormat.ts';
import { snapshotRows } from './snapshotRows.ts';
import { quoted, readSnapshotTables, type SnapshotTable } from './snapshotTables.ts';

const rowsAtOnce = 500;

/**
 * Fills a table from the parts of a snapshot that follow its header, and compares what it holds then.
 * Triggers are off meanwhile: they would number the changes of papers anew.
 *
 * @param connection - A transaction of its own.
 * @throws {DataError} If table and snapshot differ, before or after.
 */
export async function restoreTable(
  connection: Connection,
  header: TableHeader,
  parts: AsyncGenerator<SnapshotPart, undefined>,
): Promise<void> {
  const table = await findTable(connection, header);
  const name = quoted(table.name);
  await connection.query(`alter table ${name} disable trigger user`);
  await connection.query(`set local time zone 'UTC'`);
  const expected = await insertRows(connection, table, parts);
  const kept = await hashTable(connection, table);
  if (kept.rows !== header.rows || kept.sha256 !== expected) {
    throw new DataError(
      `snapshot: ${table.name} has ${header.rows} rows in the snapshot and ${kept.rows} in the database, or other contents; nothing of it was kept`,
    );
  }
  await connection.query(`alter table ${name} enable trigger user`);
}

async function findTable(
  connection: Connection,
  { table: name, columns }: TableHeader,
): Promise<SnapshotTable> {
  const tables = await readSnapshotTables(connection);
  const table = tables.find((known) => known.name === name);
  if (table !== undefined && table.columns.join() === columns.join()) return table;
  const found = table === undefined ? 'no such table' : `the columns ${table.columns.join(', ')}`;
  throw new DataError(
    `snapshot: ${name} has the columns ${columns.join(', ')} in the snapshot, and the database ${found}; the snapshot was not made by a release of this program`,
  );
}

/** @returns The checksum that the snapshot states. */
async function insertRows(
  connection: Connection,
  { name, columns }: SnapshotTable,
  parts: AsyncGenerator<SnapshotPart, undefined>,
): Promise<string> {
  const listed = columns.map(quoted).join(', ');
  const statement = `insert into ${quoted(name)} (${listed}) overriding system value
    select ${listed} from json_populate_recordset(null::${quoted(name)}, $1::json)`;
  const insert = async (rows: readonly string[]): Promise<void> => {
    if (rows.length > 0) await connection.query(statement, [`[${rows.join(',')}]`]);
  };
  let waiting: string[] = [];
  for (;;) {
    const { value: part } = await parts.next();
    if (part?.kind === 'row') {
      if (waiting.push(part.row) < rowsAtOnce) continue;
      await insert(waiting);
      waiting = [];
    } else if (part?.kind === 'tableEnd') {
      await insert(waiting);
      return part.sha256;
    } else throw new Error('internal: a table of a snapshot has an end');
  }
}

async function hashTable(
  connection: Connection,
  table: SnapshotTable,
): Promise<{ rows: number; sha256: string }> {
  const hash = hashLines();
  let rows = 0;
  for await (const row of snapshotRows(connection, table)) {
    hash.add(row);
    rows++;
  }
  return { rows, sha256: hash.digest() };
}
