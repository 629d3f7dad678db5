import type { Outcome } from '@working-papers/paper-kit';
import { sql } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { decideVerdicts } from './verdicts.ts';

/** A paper as a list shows it; whatever is not known is null or empty. */
export interface FeedPaper {
  readonly id: string;
  readonly title: string;
  /** Ours, or the beginning of the abstract. */
  readonly text: { readonly kind: 'summary' | 'abstract'; readonly beginning: string } | null;
  readonly authors: readonly string[];
  readonly authorCount: number;
  readonly organizations: readonly string[];
  /** First version on arXiv. */
  readonly publishedAt: Date | null;
  readonly tags: readonly string[];
  readonly isImplemented: boolean;
  /** What came out for each claim that was tested, by the run that counts. */
  readonly outcomes: readonly Outcome[];
}

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

/** The papers of one day, none if there are none. */
export async function papersOfDay(
  connection: Connection,
  day: string,
): Promise<readonly FeedPaper[]> {
  const [found] = await readDays(connection, [day]);
  return found?.papers ?? [];
}

/** The nearest days with papers before and after a day. */
export async function neighbours(connection: Connection, day: string): Promise<Neighbours> {
  const { earlier, later } = await kyselyOn(connection)
    .selectNoFrom(({ selectFrom }) => [
      selectFrom('papers')
        .select(({ fn }) => fn.max('day').as('day'))
        .where('day', '<', day)
        .as('earlier'),
      selectFrom('papers')
        .select(({ fn }) => fn.min('day').as('day'))
        .where('day', '>', day)
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
  const db = kyselyOn(connection);
  const papers = await db
    .selectFrom('papers')
    .leftJoin('implementations', 'implementations.paper_id', 'papers.id')
    .select(['id', 'day', 'title', 'summary', 'abstract', 'published_at', 'tags', 'author_count'])
    .select(({ eb }) => eb('implementations.paper_id', 'is not', null).as('is_implemented'))
    .where('day', 'in', days)
    .orderBy('day', 'desc')
    .orderBy('published_at', 'desc')
    .orderBy('id', 'desc')
    .execute();
  const ids = papers.map(({ id }) => id);
  const [authors, organizations, verdicts] = await Promise.all([
    namesByPaper(connection, 'authors', ids),
    namesByPaper(connection, 'organizations', ids),
    decideVerdicts(connection, ids),
  ]);
  const entries = papers.map((paper) => ({
    day: paper.day,
    paper: {
      id: paper.id,
      title: paper.title,
      text: beginning(paper.abstract, paper.summary),
      authors: authors.get(paper.id) ?? [],
      authorCount: paper.author_count ?? authors.get(paper.id)?.length ?? 0,
      organizations: organizations.get(paper.id) ?? [],
      publishedAt: paper.published_at,
      tags: paper.tags,
      isImplemented: paper.is_implemented === true,
      outcomes: (verdicts.get(paper.id) ?? []).map(({ outcome }) => outcome),
    } satisfies FeedPaper,
  }));
  return days.map((day) => ({
    day,
    papers: entries.filter((entry) => entry.day === day).map(({ paper }) => paper),
  }));
}

async function namesByPaper(
  connection: Connection,
  kind: 'authors' | 'organizations',
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  if (ids.length === 0) return new Map();
  const db = kyselyOn(connection);
  const rows =
    kind === 'authors'
      ? await db
          .selectFrom('paper_authors')
          .select(['paper_id', 'name'])
          .where('paper_id', 'in', ids)
          .orderBy('position')
          .execute()
      : await db
          .selectFrom('paper_organizations')
          .innerJoin('organizations', 'organizations.id', 'paper_organizations.organization_id')
          .select(['paper_id', 'name'])
          .where('paper_id', 'in', ids)
          .orderBy('position')
          .execute();
  const names = new Map<string, string[]>();
  for (const { paper_id, name } of rows)
    names.set(paper_id, [...(names.get(paper_id) ?? []), name]);
  return names;
}

function beginning(abstract: string | null, summary: string | null): FeedPaper['text'] {
  const [kind, text] =
    abstract === null ? ['summary' as const, summary] : ['abstract' as const, abstract];
  if (text === null) return null;
  return { kind, beginning: text.split('\n\n')[0] ?? '' };
}
