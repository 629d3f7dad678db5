import type { Connection } from '../database/database.ts';
import type { SnapshotTable } from './snapshotTables.ts';

const rowsAtOnce = 500;

/** The rows of a table as JSON text, within a transaction whose time zone is UTC. */
export async function* snapshotRows(
  connection: Connection,
  { select }: SnapshotTable,
): AsyncGenerator<string> {
  await connection.query(`declare snapshot_rows no scroll cursor for ${select}`);
  for (;;) {
    const { rows } = await connection.query<{ row: string }>(
      `fetch ${rowsAtOnce} from snapshot_rows`,
    );
    for (const { row } of rows) yield row;
    if (rows.length < rowsAtOnce) break;
  }
  await connection.query('close snapshot_rows');
}
