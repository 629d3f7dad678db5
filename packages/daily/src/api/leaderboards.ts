import { presetNames, type Leaderboard, type Row, type Standing } from '@working-papers/paper-kit';
import type { z } from 'zod';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { readRows, readRunRecords, type RunRecord } from './runRecords.ts';
import type { leaderboardsSchema } from './schemas.ts';
import { runAddress } from './shapes.ts';

type Task = z.infer<typeof leaderboardsSchema>[number];
type SotaRow = Task['datasets'][number]['sota']['rows'][number];

interface Placed extends Standing {
  readonly paper: { readonly id: string; readonly title: string; readonly date: string | null };
  readonly family: string;
  readonly runId: string;
}

/**
 * Leaderboards in the shape of the sota-extractor: a task is a family of papers, a data set is what the
 * papers of the family measured alike. Only recorded runs that are complete count, of each paper the
 * costliest.
 *
 * @param leaderboardOf - What a paper's code makes of its rows, by the name of the paper in the
 *   catalogue; undefined if it compares nothing.
 */
export async function readLeaderboards(
  connection: Connection,
  leaderboardOf: (slug: string) => Promise<Leaderboard | undefined>,
  origin: string,
): Promise<z.infer<typeof leaderboardsSchema>> {
  const standings = await readStandings(connection, leaderboardOf);
  return groups(standings, ({ family }) => family).map((own) => ({
    task: own[0]?.family ?? '',
    description: 'Measured by this site; every row names the run that it comes from.',
    subtasks: [],
    synonyms: [],
    source_link: `${origin}/leaderboards`,
    datasets: groups(own, ({ benchmark }) => benchmark).map((board) => ({
      dataset: board[0]?.benchmark ?? '',
      description: '',
      sota: {
        metrics: [...new Set(board.map(({ metric }) => metric))],
        rows: groups(board, ({ runId, method }) => `${runId} ${method}`).map((row) =>
          sotaRow(row, origin),
        ),
      },
    })),
  }));
}

async function readStandings(
  connection: Connection,
  leaderboardOf: (slug: string) => Promise<Leaderboard | undefined>,
): Promise<Placed[]> {
  const papers = await kyselyOn(connection)
    .selectFrom('papers')
    .innerJoin('implementations', 'implementations.paper_id', 'papers.id')
    .select(['id', 'slug', 'title', 'family', 'published_at'])
    .orderBy('family')
    .orderBy('id')
    .execute();
  const runs = await readRunRecords(connection, { paperIds: papers.map(({ id }) => id) });
  const found: Placed[] = [];
  for (const { id, slug, title, family, published_at } of papers) {
    const run = costliest(runs.filter(({ paperId, isComplete }) => paperId === id && isComplete));
    const leaderboard = slug === null ? undefined : await leaderboardOf(slug);
    if (run === undefined || leaderboard === undefined || family === null) continue;
    const date = published_at?.toISOString().slice(0, 10) ?? null;
    const rows: Row[] = [];
    for await (const row of readRows(connection, run.id)) rows.push(row);
    for (const standing of leaderboard(rows)) {
      found.push({ ...standing, paper: { id, title, date }, family, runId: run.id });
    }
  }
  return found;
}

function costliest(runs: readonly RunRecord[]): RunRecord | undefined {
  const cost = ({ preset }: RunRecord) => presetNames.indexOf(preset);
  return runs.toSorted((one, other) => cost(other) - cost(one))[0];
}

function sotaRow(standings: readonly [Placed, ...Placed[]], origin: string): SotaRow {
  const [{ method, paper, runId }] = standings;
  return {
    model_name: method,
    paper_title: paper.title,
    paper_url: `${origin}/papers/${encodeURIComponent(paper.id)}`,
    paper_date: paper.date,
    code_links: [
      { title: 'method', url: `${origin}/papers/${encodeURIComponent(paper.id)}#method` },
    ],
    model_links: [],
    metrics: Object.fromEntries(standings.map(({ metric, value }) => [metric, String(value)])),
    run_url: runAddress(runId, origin),
  };
}

/** In the order in which the keys come first. */
function groups<Value>(
  values: readonly Value[],
  keyOf: (value: Value) => string,
): [Value, ...Value[]][] {
  const found = new Map<string, [Value, ...Value[]]>();
  for (const value of values) {
    const own = found.get(keyOf(value));
    if (own === undefined) found.set(keyOf(value), [value]);
    else own.push(value);
  }
  return [...found.values()];
}
