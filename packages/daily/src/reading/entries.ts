import type { Outcome } from '@working-papers/paper-kit';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { decideVerdicts } from './verdicts.ts';

/** A paper as a list shows it; whatever is not known is null or empty. */
export interface FeedPaper {
  readonly id: string;
  readonly title: string;
  /** The day on whose page it stands. */
  readonly day: string;
  /** Ours, or the beginning of the abstract. */
  readonly text: { readonly kind: 'summary' | 'abstract'; readonly beginning: string } | null;
  readonly authors: readonly string[];
  readonly authorCount: number;
  readonly organizations: readonly string[];
  /** First version on arXiv. */
  readonly publishedAt: Date | null;
  readonly tags: readonly string[];
  readonly isImplemented: boolean;
  readonly isWithdrawn: boolean;
  readonly upvotes: number;
  readonly commentCount: number;
  /** Who brought it here; null where that was a source, or the account is gone. */
  readonly submitter: { readonly name: string; readonly handle: string } | null;
  /** The first picture of the costliest run that has any; its file is relative to the results folder. */
  readonly thumbnail: { readonly file: string; readonly alt: string } | null;
  /** What came out for each claim that was tested, by the run that counts. */
  readonly outcomes: readonly Outcome[];
}

/**
 * What lists show of some papers.
 *
 * @param ids - Of any length; ids of no paper are left out.
 * @returns In the order of the ids.
 */
export async function readEntries(
  connection: Connection,
  ids: readonly string[],
): Promise<readonly FeedPaper[]> {
  if (ids.length === 0) return [];
  const [papers, authors, organizations, thumbnails, verdicts] = await Promise.all([
    readFacts(connection, ids),
    readNames(connection, 'authors', ids),
    readNames(connection, 'organizations', ids),
    readThumbnails(connection, ids),
    decideVerdicts(connection, ids),
  ]);
  const entries = papers.map((paper): FeedPaper => ({
    id: paper.id,
    title: paper.title,
    day: paper.day,
    text: beginning(paper.abstract, paper.summary),
    authors: authors.get(paper.id) ?? [],
    authorCount: paper.author_count ?? authors.get(paper.id)?.length ?? 0,
    organizations: organizations.get(paper.id) ?? [],
    publishedAt: paper.published_at,
    tags: paper.tags,
    isImplemented: paper.implementation !== null,
    isWithdrawn: paper.withdrawn_at !== null,
    upvotes: paper.upvotes,
    commentCount: paper.comment_count,
    submitter:
      paper.submitter === null || paper.handle === null
        ? null
        : { name: paper.submitter, handle: paper.handle },
    thumbnail: thumbnails.get(paper.id) ?? null,
    outcomes: (verdicts.get(paper.id) ?? []).map(({ outcome }) => outcome),
  }));
  const byId = new Map(entries.map((entry) => [entry.id, entry]));
  return ids.flatMap((id) => byId.get(id) ?? []);
}

function readFacts(connection: Connection, ids: readonly string[]) {
  return kyselyOn(connection)
    .selectFrom('papers')
    .leftJoin('implementations', 'implementations.paper_id', 'papers.id')
    .leftJoin('users', 'users.id', 'papers.submitted_by')
    .select(['papers.id', 'day', 'title', 'summary', 'abstract', 'published_at', 'tags'])
    .select(['author_count', 'upvotes', 'comment_count', 'withdrawn_at'])
    .select(['implementations.paper_id as implementation'])
    .select(['users.name as submitter', 'users.handle'])
    .where('papers.id', 'in', ids)
    .execute();
}

async function readNames(
  connection: Connection,
  kind: 'authors' | 'organizations',
  ids: readonly string[],
): Promise<Map<string, string[]>> {
  const db = kyselyOn(connection);
  const rows =
    kind === 'authors'
      ? await db
          .selectFrom('paper_authors')
          .select(['paper_id', 'name'])
          .where('paper_id', 'in', ids)
          .where('status', '!=', 'hidden')
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
  for (const { paper_id, name } of rows) {
    const ofPaper = names.get(paper_id);
    if (ofPaper) ofPaper.push(name);
    else names.set(paper_id, [name]);
  }
  return names;
}

async function readThumbnails(
  connection: Connection,
  ids: readonly string[],
): Promise<Map<string, NonNullable<FeedPaper['thumbnail']>>> {
  const rows = await kyselyOn(connection)
    .selectFrom('runs')
    .innerJoin('run_figures', 'run_figures.run_id', 'runs.id')
    .select(['paper_id', 'file', 'alt'])
    .where('paper_id', 'in', ids)
    .distinctOn('paper_id')
    .orderBy('paper_id')
    .orderBy('wall_seconds', 'desc')
    .orderBy('position')
    .execute();
  return new Map(rows.map(({ paper_id, file, alt }) => [paper_id, { file, alt }]));
}

function beginning(abstract: string | null, summary: string | null): FeedPaper['text'] {
  const [kind, text] =
    abstract === null ? ['summary' as const, summary] : ['abstract' as const, abstract];
  if (text === null) return null;
  return { kind, beginning: text.split('\n\n')[0] ?? '' };
}
