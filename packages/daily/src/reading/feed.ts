import { sql } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { readEntries, type FeedPaper } from './entries.ts';
import { timeInOrder } from './order.ts';

/** A day and its papers. */
export interface FeedDay {
  readonly day: string;
  readonly papers: readonly FeedPaper[];
}

/** Days with papers around one. */
export interface Neighbours {
  readonly earlier: string | null;
  readonly later: string | null;
}

/**
 * Days with papers, newest first: whole days until there are `atLeast` papers or no more days.
 *
 * @param before - Only days before this one.
 * @returns The days, and the last of them if there are earlier ones.
 */
export async function latestDays(
  connection: Connection,
  options: { readonly before?: string | undefined; readonly atLeast: number },
): Promise<{ days: readonly FeedDay[]; next: string | null }> {
  let query = kyselyOn(connection)
    .selectFrom('papers')
    .select(['day', sql<number>`count(*)::int`.as('count')])
    .groupBy('day')
    .orderBy('day', 'desc')
    .limit(options.atLeast + 1);
  if (options.before !== undefined) query = query.where('day', '<', options.before);
  const candidates = await query.execute();
  const chosen: string[] = [];
  let papers = 0;
  for (const { day, count } of candidates) {
    if (papers >= options.atLeast) break;
    chosen.push(day);
    papers += count;
  }
  const next = candidates.length > chosen.length ? (chosen.at(-1) ?? null) : null;
  return { days: await readDays(connection, chosen), next };
}

/** The papers of one day, the most voted first; none if there are none. */
export async function papersOfDay(
  connection: Connection,
  day: string,
): Promise<readonly FeedPaper[]> {
  const [found] = await readDays(connection, [day]);
  return found?.papers ?? [];
}

/**
 * The nearest days with papers before and after a day, or a stretch of days.
 *
 * @param last - Of the stretch; default `first`.
 */
export async function neighbours(
  connection: Connection,
  first: string,
  last = first,
): Promise<Neighbours> {
  const { earlier, later } = await kyselyOn(connection)
    .selectNoFrom(({ selectFrom }) => [
      selectFrom('papers')
        .select(({ fn }) => fn.max('day').as('day'))
        .where('day', '<', first)
        .as('earlier'),
      selectFrom('papers')
        .select(({ fn }) => fn.min('day').as('day'))
        .where('day', '>', last)
        .as('later'),
    ])
    .executeTakeFirstOrThrow();
  return { earlier, later };
}

/** A paper that can be run, in short. */
export interface RunnablePaper {
  readonly id: string;
  readonly title: string;
}

/** The newest papers that run here. */
export async function runnablePapers(
  connection: Connection,
  limit: number,
): Promise<readonly RunnablePaper[]> {
  return kyselyOn(connection)
    .selectFrom('papers')
    .innerJoin('implementations', 'implementations.paper_id', 'papers.id')
    .select(['id', 'title'])
    .orderBy('day', 'desc')
    .orderBy('id', 'desc')
    .limit(limit)
    .execute();
}

/** How much there is: for the page that says what this site is. */
export async function counts(
  connection: Connection,
): Promise<{ papers: number; implemented: number; claims: number; runs: number }> {
  const { rows } = await connection.query<{
    papers: number;
    implemented: number;
    claims: number;
    runs: number;
  }>(`select (select count(*) from papers)::int as papers,
             (select count(*) from implementations)::int as implemented,
             (select count(*) from claims)::int as claims,
             (select count(*) from runs)::int as runs`);
  return rows[0] ?? { papers: 0, implemented: 0, claims: 0, runs: 0 };
}

async function readDays(connection: Connection, days: readonly string[]): Promise<FeedDay[]> {
  if (days.length === 0) return [];
  const ids = await kyselyOn(connection)
    .selectFrom('papers')
    .select(['id', 'day'])
    .where('day', 'in', days)
    .orderBy('upvotes', 'desc')
    .orderBy(timeInOrder, 'desc')
    .orderBy('id', 'desc')
    .execute();
  const papers = await readEntries(
    connection,
    ids.map(({ id }) => id),
  );
  return days.map((day) => ({ day, papers: papers.filter((paper) => paper.day === day) }));
}
