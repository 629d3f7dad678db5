import { presetNames, type Row } from '@working-papers/paper-kit';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { readRuns, type RecordedRun } from './paperPage.ts';
import type { RecordedVerdict } from './verdicts.ts';

/** A recorded run with all that belongs to it but its rows. */
export interface RunPage extends RecordedRun {
  readonly paper: { readonly id: string; readonly title: string; readonly slug: string | null };
  readonly config: object;
  /** In the order of the claims. */
  readonly verdicts: readonly (Omit<RecordedVerdict, 'runId' | 'preset'> & {
    readonly statement: string;
  })[];
}

/** A run by its id, if there is one. */
export async function readRun(connection: Connection, runId: string): Promise<RunPage | undefined> {
  const db = kyselyOn(connection);
  const found = await db
    .selectFrom('runs')
    .innerJoin('papers', 'papers.id', 'runs.paper_id')
    .select(['papers.id', 'title', 'slug', 'config'])
    .where('runs.id', '=', runId)
    .executeTakeFirst();
  if (found === undefined) return undefined;
  const [runs, verdicts] = await Promise.all([
    readRuns(connection, found.id),
    db
      .selectFrom('verdicts')
      .innerJoin('claims', (join) =>
        join
          .onRef('claims.paper_id', '=', 'verdicts.paper_id')
          .onRef('claims.id', '=', 'verdicts.claim_id'),
      )
      .select(['claim_id as claimId', 'statement', 'outcome', 'measured', 'rule', 'metric'])
      .select(['value', 'low', 'high'])
      .where('run_id', '=', runId)
      .orderBy('claims.position')
      .execute(),
  ]);
  const run = runs.find(({ id }) => id === runId);
  if (run === undefined) return undefined;
  const { id, title, slug, config } = found;
  return { ...run, paper: { id, title, slug }, config, verdicts };
}

/**
 * Rows of a run, in the order in which they were measured.
 *
 * @param limit - At most so many; default all.
 */
export async function readRunRows(
  connection: Connection,
  runId: string,
  limit?: number,
): Promise<readonly Row[]> {
  let query = kyselyOn(connection)
    .selectFrom('measurements')
    .select('row')
    .where('run_id', '=', runId)
    .orderBy('position');
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(({ row }) => row);
}

/** Columns of rows: what names a row before what was measured, since the database keeps no order. */
export function rowColumns(rows: readonly Row[]): readonly string[] {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const isName = (column: string) => rows.some((row) => typeof row[column] === 'string');
  return columns.toSorted((one, other) => Number(isName(other)) - Number(isName(one)));
}

/** Runs by which leaderboards stand: of each paper of a family the costliest complete one. */
export async function runsOfFamily(
  connection: Connection,
  family: string,
): Promise<readonly FamilyRun[]> {
  const { rows } = await connection.query<FamilyRun>(
    `select distinct on (papers.id)
       runs.id as "runId", runs.preset, runs.started_at as "startedAt",
       papers.id as "paperId", papers.slug, papers.title
     from runs join papers on papers.id = runs.paper_id
     where papers.family = $1 and papers.slug is not null and runs.is_complete
     order by papers.id, array_position($2::text[], runs.preset) desc,
              runs.started_at desc`,
    [family, presetNames],
  );
  return rows;
}

/** A run and its paper, in short. */
export interface FamilyRun {
  readonly runId: string;
  readonly preset: string;
  readonly startedAt: Date;
  readonly paperId: string;
  readonly slug: string;
  readonly title: string;
}
