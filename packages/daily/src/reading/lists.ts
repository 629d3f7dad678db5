/** Lists of papers by what they have in common, page by page. */
import { sql, type SqlBool } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { readEntries, type FeedPaper } from './entries.ts';
import { timeInOrder } from './order.ts';
import type { Period } from './periods.ts';

/** What the papers of a list have in common. */
export type Selection =
  | { readonly kind: 'period'; readonly period: Pick<Period, 'first' | 'last'> }
  | { readonly kind: 'author' | 'organization' | 'family' | 'tag'; readonly id: string };

/** Orders of a list: both end with the id, so that no page repeats a paper. */
export const listOrders = ['votes', 'time'] as const;

/** One of {@link listOrders}. */
export type ListOrder = (typeof listOrders)[number];

/** A part of a list. */
export interface ListPage {
  readonly papers: readonly FeedPaper[];
  /** Of the whole list. */
  readonly total: number;
  /** The paper after which the next page begins; null at the end. */
  readonly next: string | null;
}

/**
 * Papers of a list.
 *
 * @param options.after - Id of the last paper of the page before; empty for the first page.
 */
export async function listPapers(
  connection: Connection,
  selection: Selection,
  options: { readonly order: ListOrder; readonly after?: string; readonly limit: number },
): Promise<ListPage> {
  const db = kyselyOn(connection);
  const condition = conditionOf(selection);
  const key = options.order === 'votes' ? sql`papers.upvotes, ${timeInOrder}` : timeInOrder;
  let query = db.selectFrom('papers').select('papers.id').where(condition);
  if (options.after !== undefined && options.after !== '') {
    query = query.where(
      sql<SqlBool>`(${key}, papers.id) < (select ${key}, papers.id from papers where papers.id = ${options.after})`,
    );
  }
  if (options.order === 'votes') query = query.orderBy('upvotes', 'desc');
  const [found, { total }] = await Promise.all([
    query
      .orderBy(timeInOrder, 'desc')
      .orderBy('papers.id', 'desc')
      .limit(options.limit + 1)
      .execute(),
    db
      .selectFrom('papers')
      .select(sql<number>`count(*)::int`.as('total'))
      .where(condition)
      .executeTakeFirstOrThrow(),
  ]);
  const ids = found.slice(0, options.limit).map(({ id }) => id);
  const next = found.length > options.limit ? (ids.at(-1) ?? null) : null;
  return { papers: await readEntries(connection, ids), total, next };
}

/** How many papers each day of a stretch has; days without any are left out. */
export async function papersPerDay(
  connection: Connection,
  { first, last }: Pick<Period, 'first' | 'last'>,
): Promise<ReadonlyMap<string, number>> {
  const rows = await kyselyOn(connection)
    .selectFrom('papers')
    .select(['day', sql<number>`count(*)::int`.as('count')])
    .where('day', '>=', first)
    .where('day', '<=', last)
    .groupBy('day')
    .execute();
  return new Map(rows.map(({ day, count }) => [day, count]));
}

/** A name with an address, and how many papers stand there. */
export interface Counted {
  readonly id: string;
  readonly name: string;
  readonly papers: number;
}

/** The name of an author or organisation, if there is one with that id. */
export async function readName(
  connection: Connection,
  kind: 'author' | 'organization',
  id: string,
): Promise<string | undefined> {
  const db = kyselyOn(connection);
  const names = db.selectFrom(kind === 'author' ? 'authors' : 'organizations').select('name');
  return (await names.where('id', '=', id).executeTakeFirst())?.name;
}

/** Families or tags with their papers, the largest first. */
export async function countTopics(
  connection: Connection,
  kind: 'family' | 'tag',
): Promise<readonly Counted[]> {
  const topic = kind === 'family' ? 'family' : 'unnest(tags)';
  const { rows } = await connection.query<Counted>(
    `select topic as id, topic as name, count(*)::int as papers
       from (select ${topic} as topic from papers) as topics
      where topic is not null
      group by topic order by count(*) desc, topic`,
  );
  return rows;
}

/** Organisations with their papers, the largest first. */
export async function countOrganizations(connection: Connection): Promise<readonly Counted[]> {
  const { rows } = await connection.query<Counted>(
    `select organizations.id, organizations.name, count(*)::int as papers
       from organizations join paper_organizations on organization_id = organizations.id
      group by organizations.id, organizations.name
      order by count(*) desc, organizations.name`,
  );
  return rows;
}

/** Papers with the most topics in common with one, newest first among equals. */
export async function relatedPapers(
  connection: Connection,
  { id, tags }: { readonly id: string; readonly tags: readonly string[] },
  limit: number,
): Promise<readonly string[]> {
  if (tags.length === 0) return [];
  const { rows } = await connection.query<{ id: string }>(
    `select id from (
       select id, day, tags from papers where tags && $1::text[] and id <> $2
        order by day desc limit 500) as recent
      order by (select count(*) from unnest(tags) as tag where tag = any ($1::text[])) desc,
               day desc, id desc
      limit $3`,
    [tags, id, limit],
  );
  return rows.map((row) => row.id);
}

function conditionOf(selection: Selection) {
  switch (selection.kind) {
    case 'period': {
      const { first, last } = selection.period;
      return sql<SqlBool>`papers.day between ${first}::date and ${last}::date`;
    }
    case 'author':
      return sql<SqlBool>`papers.id in (select paper_id from paper_authors
        where author_id = ${selection.id} and status <> 'hidden')`;
    case 'organization':
      return sql<SqlBool>`papers.id in (select paper_id from paper_organizations
        where organization_id = ${selection.id})`;
    case 'family':
      return sql<SqlBool>`papers.family = ${selection.id}`;
    case 'tag':
      return sql<SqlBool>`papers.tags @> array[${selection.id}]::text[]`;
  }
}
