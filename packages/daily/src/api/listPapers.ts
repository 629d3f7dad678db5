import { sql } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';

/** Which papers are listed, and in what order. */
export interface Listing {
  /** First and last day that features them, `YYYY-MM-DD`. */
  readonly first?: string | undefined;
  readonly last?: string | undefined;
  /** As arXiv names it, for example `cs.LG`; cross-lists count. */
  readonly category?: string | undefined;
  readonly minVotes?: number | undefined;
  /** Handle of who submitted them. */
  readonly submitter?: string | undefined;
  readonly runsHere?: boolean | undefined;
  /** Newest first, by votes, or by the trending score. Default newest. */
  readonly sort?: 'newest' | 'votes' | 'trending' | undefined;
  readonly limit: number;
  readonly offset?: number | undefined;
}

/** Ids of the papers of a list. */
export async function listPapers(connection: Connection, listing: Listing): Promise<string[]> {
  const { sort = 'newest', limit, offset = 0 } = listing;
  let query = chosen(connection, listing).limit(limit).offset(offset);
  if (sort === 'votes') query = query.orderBy('upvotes', 'desc');
  if (sort === 'trending') query = query.orderBy(sql`hot_key desc nulls last`);
  const rows = await query
    .orderBy('day', 'desc')
    .orderBy(sql`coalesce(submitted_at, day::timestamp at time zone 'UTC') desc`)
    .orderBy('papers.id', 'desc')
    .execute();
  return rows.map(({ id }) => id);
}

function chosen(connection: Connection, listing: Listing) {
  const { first, last, category, minVotes, submitter, runsHere } = listing;
  let query = kyselyOn(connection).selectFrom('papers').select('papers.id');
  if (first !== undefined) query = query.where('day', '>=', first);
  if (last !== undefined) query = query.where('day', '<=', last);
  if (category !== undefined) {
    query = query.where(sql<boolean>`categories @> array[${category}]::text[]`);
  }
  if (minVotes !== undefined) query = query.where('upvotes', '>=', minVotes);
  if (submitter !== undefined) {
    query = query.where(({ eb, selectFrom }) =>
      eb('submitted_by', 'in', selectFrom('users').select('id').where('handle', '=', submitter)),
    );
  }
  if (runsHere === true) {
    query = query.where(({ exists, selectFrom }) =>
      exists(
        selectFrom('implementations')
          .select('paper_id')
          .whereRef('implementations.paper_id', '=', 'papers.id'),
      ),
    );
  }
  return query;
}

/** A place in the list of all papers by arXiv date. */
interface Place {
  readonly publishedAt: Date;
  readonly id: string;
}

/**
 * Ids of the papers whose arXiv date is known, newest first.
 *
 * @param after - `next` of the list before.
 * @returns `next` is null at the end.
 */
export async function listByArxivDate(
  connection: Connection,
  { after, limit }: { readonly after?: Place | undefined; readonly limit: number },
): Promise<{ readonly ids: readonly string[]; readonly next: Place | null }> {
  let query = kyselyOn(connection)
    .selectFrom('papers')
    .select(['id', 'published_at'])
    .where('published_at', 'is not', null)
    .orderBy('published_at', 'desc')
    .orderBy('id')
    .limit(limit + 1);
  if (after !== undefined) {
    query = query.where((row) =>
      row.or([
        row('published_at', '<', after.publishedAt),
        row.and([row('published_at', '=', after.publishedAt), row('id', '>', after.id)]),
      ]),
    );
  }
  const rows = await query.execute();
  const shown = rows.slice(0, limit);
  const { id, published_at: publishedAt = null } = shown.at(-1) ?? {};
  const hasMore = rows.length > limit && id !== undefined && publishedAt !== null;
  return { ids: shown.map((row) => row.id), next: hasMore ? { publishedAt, id } : null };
}

/** The newest day with papers; null if there are none. */
export async function newestDay(connection: Connection): Promise<string | null> {
  const found = await kyselyOn(connection)
    .selectFrom('papers')
    .select('day')
    .orderBy('day', 'desc')
    .limit(1)
    .executeTakeFirst();
  return found?.day ?? null;
}
