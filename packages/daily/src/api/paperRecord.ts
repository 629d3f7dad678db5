import type { Outcome } from '@working-papers/paper-kit';
import { sql } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { decideVerdicts } from '../reading/verdicts.ts';

/** Somebody with an account, as everybody may see them. */
export interface PublicUser {
  readonly id: string;
  readonly handle: string;
  readonly name: string;
}

/** An author of a paper, as printed on it. */
export interface RecordedAuthor {
  readonly name: string;
  readonly position: number;
  readonly status: 'unclaimed' | 'claimed' | 'verified' | 'hidden';
  readonly statusChangedAt: Date | null;
  readonly user: PublicUser | null;
}

/** Everything about a paper that is public and not a claim or a comment; unknown is null or empty. */
export interface PaperRecord {
  readonly id: string;
  readonly title: string;
  /** Of its authors. */
  readonly abstract: string | null;
  /** Of this project. */
  readonly summary: string | null;
  readonly authors: readonly RecordedAuthor[];
  readonly authorCount: number;
  readonly organizations: readonly { readonly id: string; readonly name: string }[];
  readonly categories: readonly string[];
  readonly primaryCategory: string | null;
  readonly tags: readonly string[];
  readonly family: string | null;
  readonly venue: string | null;
  readonly doi: string | null;
  readonly journalRef: string | null;
  readonly license: string | null;
  readonly comment: string | null;
  readonly version: number | null;
  /** First version on arXiv. */
  readonly publishedAt: Date | null;
  readonly updatedAt: Date | null;
  readonly withdrawnAt: Date | null;
  /** That features it. */
  readonly day: string;
  readonly submittedAt: Date | null;
  readonly submittedBy: PublicUser | null;
  readonly upvotes: number;
  readonly commentCount: number;
  readonly isAuthorParticipating: boolean;
  readonly code: string | null;
  readonly project: string | null;
  readonly githubStars: number | null;
  readonly thumbnail: string | null;
  readonly mediaUrls: readonly string[];
  readonly runsHere: boolean;
  /** Of its claims, by the verdicts that count. */
  readonly outcomes: readonly Outcome[];
}

/** The papers among the ids that are here, in the order of the ids. */
export async function readPaperRecords(
  connection: Connection,
  ids: readonly string[],
): Promise<PaperRecord[]> {
  if (ids.length === 0) return [];
  const [papers, authors, organizations, links, verdicts] = await Promise.all([
    readPapers(connection, ids),
    readAuthors(connection, ids),
    readOrganizations(connection, ids),
    readLinks(connection, ids),
    decideVerdicts(connection, ids),
  ]);
  const byId = new Map(papers.map((paper) => [paper.id, paper]));
  return [...new Set(ids)].flatMap((id) => {
    const paper = byId.get(id);
    if (paper === undefined) return [];
    const { author_count, submitter_id, submitter_handle, submitter_name, ...facts } = paper;
    const own = authors.get(id) ?? [];
    return {
      ...facts,
      mediaUrls: facts.mediaUrls.filter(isWebAddress),
      authors: own,
      authorCount: author_count ?? own.length,
      organizations: organizations.get(id) ?? [],
      submittedBy: userOf(submitter_id, submitter_handle, submitter_name),
      code: links.get(id)?.find(({ kind }) => kind === 'code')?.url ?? null,
      project: links.get(id)?.find(({ kind }) => kind === 'project')?.url ?? null,
      outcomes: (verdicts.get(id) ?? []).map(({ outcome }) => outcome),
    };
  });
}

/** When a paper was submitted to its day; for one that nobody submitted, when the day began. */
export function featuredAt({ submittedAt, day }: Pick<PaperRecord, 'submittedAt' | 'day'>): Date {
  return submittedAt ?? new Date(`${day}T00:00:00Z`);
}

async function readPapers(connection: Connection, ids: readonly string[]) {
  return kyselyOn(connection)
    .selectFrom('papers')
    .leftJoin('users', 'users.id', 'papers.submitted_by')
    .select(['papers.id', 'title', 'abstract', 'summary', 'author_count', 'categories', 'tags'])
    .select(['primary_category as primaryCategory', 'family', 'venue', 'doi', 'license'])
    .select(['journal_ref as journalRef', 'comment', 'version', 'published_at as publishedAt'])
    .select(['papers.updated_at as updatedAt', 'withdrawn_at as withdrawnAt', 'day', 'upvotes'])
    .select(['submitted_at as submittedAt', 'comment_count as commentCount', 'thumbnail'])
    .select(['github_stars as githubStars', 'media_urls as mediaUrls'])
    .select(['users.id as submitter_id', 'handle as submitter_handle'])
    .select('users.name as submitter_name')
    .select(
      sql<boolean>`exists (select 1 from implementations i where i.paper_id = papers.id)`.as(
        'runsHere',
      ),
    )
    .select(
      sql<boolean>`exists (
        select 1 from comments c
        join paper_authors a on a.paper_id = c.paper_id and a.user_id = c.user_id
        where c.paper_id = papers.id and a.status = 'verified'
          and c.deleted_at is null and c.hidden_at is null)`.as('isAuthorParticipating'),
    )
    .where('papers.id', 'in', ids)
    .execute();
}

async function readAuthors(connection: Connection, ids: readonly string[]) {
  const rows = await kyselyOn(connection)
    .selectFrom('paper_authors')
    .leftJoin('users', 'users.id', 'paper_authors.user_id')
    .select(['paper_id', 'paper_authors.name', 'position', 'status', 'users.id as user_id'])
    .select(['status_changed_at as statusChangedAt', 'handle', 'users.name as user_name'])
    .where('paper_id', 'in', ids)
    .orderBy('position')
    .execute();
  return byPaper(rows, ({ name, position, status, statusChangedAt, ...user }) => ({
    name,
    position,
    status,
    statusChangedAt,
    user: userOf(user.user_id, user.handle, user.user_name),
  }));
}

async function readOrganizations(connection: Connection, ids: readonly string[]) {
  const rows = await kyselyOn(connection)
    .selectFrom('paper_organizations')
    .innerJoin('organizations', 'organizations.id', 'paper_organizations.organization_id')
    .select(['paper_id', 'organizations.id', 'name'])
    .where('paper_id', 'in', ids)
    .orderBy('position')
    .execute();
  return byPaper(rows, ({ id, name }) => ({ id, name }));
}

async function readLinks(connection: Connection, ids: readonly string[]) {
  const rows = await kyselyOn(connection)
    .selectFrom('paper_links')
    .select(['paper_id', 'kind', 'url'])
    .where('paper_id', 'in', ids)
    .orderBy('url')
    .execute();
  return byPaper(
    rows.filter(({ url }) => isWebAddress(url)),
    ({ kind, url }) => ({ kind, url }),
  );
}

/** Programs may open what they are given: nothing but addresses of the web. */
function isWebAddress(text: string): boolean {
  return URL.canParse(text) && /^https?:$/.test(new URL(text).protocol);
}

function byPaper<Row extends { readonly paper_id: string }, Value>(
  rows: readonly Row[],
  pick: (row: Row) => Value,
): Map<string, Value[]> {
  const found = new Map<string, Value[]>();
  for (const row of rows) {
    const own = found.get(row.paper_id) ?? [];
    found.set(row.paper_id, own);
    own.push(pick(row));
  }
  return found;
}

function userOf(id: string | null, handle: string | null, name: string | null): PublicUser | null {
  return id === null || handle === null || name === null ? null : { id, handle, name };
}
