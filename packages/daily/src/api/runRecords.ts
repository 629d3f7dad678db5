import type { PresetName, Row } from '@working-papers/paper-kit';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';

/** A recorded run, without its rows. */
export interface RunRecord {
  readonly id: string;
  readonly paperId: string;
  readonly preset: PresetName;
  readonly seed: number;
  readonly isComplete: boolean;
  readonly config: object;
  readonly commit: string;
  readonly isDirty: boolean;
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly backend: string;
  readonly platform: string;
  readonly cpu: string;
  readonly threads: number;
  readonly wallSeconds: number;
  readonly peakMemoryBytes: number;
  readonly startedAt: Date;
  readonly rowCount: number;
}

/** Runs of papers, or one run by its id; the newest first. */
export async function readRunRecords(
  connection: Connection,
  of: { readonly paperIds: readonly string[] } | { readonly id: string },
): Promise<RunRecord[]> {
  if ('paperIds' in of && of.paperIds.length === 0) return [];
  const query = kyselyOn(connection)
    .selectFrom('runs')
    .select(['id', 'paper_id as paperId', 'preset', 'seed', 'is_complete as isComplete', 'config'])
    .select(['commit', 'is_dirty as isDirty', 'command', 'versions', 'backend', 'platform', 'cpu'])
    .select(['threads', 'wall_seconds as wallSeconds', 'started_at as startedAt'])
    .select('peak_memory_bytes as peakMemoryBytes')
    .select(({ selectFrom }) =>
      selectFrom('measurements')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('run_id', '=', 'runs.id')
        .as('rowCount'),
    )
    .orderBy('started_at', 'desc')
    .orderBy('id');
  const rows = await (
    'id' in of ? query.where('id', '=', of.id) : query.where('paper_id', 'in', of.paperIds)
  ).execute();
  return rows.map((row) => ({ ...row, rowCount: row.rowCount ?? 0 }));
}

/** Rows are read so many at a time. */
const batch = 2000;

/** The rows of a run, in their order. */
export async function* readRows(connection: Connection, runId: string): AsyncGenerator<Row> {
  for (let position = -1; ;) {
    const rows = await kyselyOn(connection)
      .selectFrom('measurements')
      .select(['position', 'row'])
      .where('run_id', '=', runId)
      .where('position', '>', position)
      .orderBy('position')
      .limit(batch)
      .execute();
    for (const { row } of rows) yield row;
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch) return;
    position = last.position;
  }
}
