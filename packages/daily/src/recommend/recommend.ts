import type { Connection, Database } from '../database/database.ts';
import { Refusal } from '../refusal.ts';
import { readSearchPapers } from '../search/cataloguePapers.ts';
import type { Search } from '../search/openSearch.ts';
import type { SearchPaper } from '../search/searchIndex.ts';

/** Something that likes and dislikes belong to: the whole library, or one tag. */
export interface TasteList {
  /** Empty for the whole library, else the tag's id. */
  readonly id: string;
  readonly name: string;
  /** Papers in it. */
  readonly papers: number;
}

/** A paper that might be liked. */
export interface Recommendation {
  readonly paper: SearchPaper;
  readonly probability: number;
  /** Words and pairs of words that raised it, as the paper writes them. */
  readonly words: readonly string[];
  /** It is shown because the model does not know: a rating teaches most. */
  readonly isQuestion: boolean;
}

/** What is learnt from, and what is judged, at most. */
const mostExamples = 200;
const mostBackground = 100;
const mostNear = 300;
const mostNew = 200;

/** Of the near papers, this share is never taken for disliked. */
const closestShare = 1 / 3;

/** One in so many is a question. */
const questionEvery = 10;

/** The lists of somebody: the whole library first, then tags by name. */
export async function tasteLists(
  connection: Connection,
  userId: string,
): Promise<readonly TasteList[]> {
  const { rows } = await connection.query<TasteList>(
    `select '' as id, 'Whole library' as name, count(*)::int as papers
       from library_items where user_id = $1
     union all
     select * from (select tags.id, tags.name, count(item_tags.paper_id)::int
       from tags left join item_tags on item_tags.tag_id = tags.id
      where tags.user_id = $1 group by tags.id, tags.name order by tags.name) as of_tags`,
    [userId],
  );
  return rows;
}

/**
 * Papers for a list, best first, none that were seen: in the library, or rated. The model is trained
 * now, on this list alone; nobody else's behaviour enters.
 *
 * @returns Empty if the list has no papers, or there is no other paper.
 * @throws {Refusal} If the list is not this person's.
 */
export async function recommend(
  { database, search }: { readonly database: Database; readonly search: Search },
  {
    userId,
    list,
    limit,
  }: { readonly userId: string; readonly list: string; readonly limit: number },
): Promise<readonly Recommendation[]> {
  await requireList(database, userId, list);
  const { liked, disliked, seen } = await readExamples(database, userId, list);
  if (liked.length === 0) return [];
  const near = await search.similar(liked.slice(0, mostExamples), mostNear);
  // The nearest are what is asked about: they must not stand for what is not liked.
  const closest = near.slice(0, Math.ceil(near.length * closestShare));
  const others = await readBackground(database, userId, [...seen, ...closest]);
  const candidates = await readNewest(database);
  const ids = [...new Set([...near, ...candidates])].filter((id) => !seen.has(id));
  const [likedPapers, otherPapers, papers] = await Promise.all([
    readSearchPapers(database, liked.slice(0, mostExamples)),
    readSearchPapers(database, [...disliked.slice(0, mostExamples), ...others]),
    readSearchPapers(database, ids),
  ]);
  if (papers.length === 0 || otherPapers.length === 0 || likedPapers.length === 0) return [];
  const judgements = await search.judge(
    { liked: likedPapers.map(textOf), disliked: otherPapers.map(textOf) },
    papers.map((paper) => ({ id: paper.id, text: textOf(paper) })),
  );
  const paperOf = new Map(papers.map((paper) => [paper.id, paper]));
  return withQuestions(
    judgements.flatMap(({ id, probability, words }) => {
      const paper = paperOf.get(id);
      return paper === undefined ? [] : { paper, probability, words, isQuestion: false };
    }),
    limit,
  );
}

/**
 * Records that somebody likes a paper for a list, or does not.
 *
 * @param value - 0 takes it back.
 * @throws {Refusal} If the list is not this person's, or there is no such paper.
 */
export async function rate(
  database: Database,
  input: {
    readonly userId: string;
    readonly paperId: string;
    readonly list: string;
    readonly value: -1 | 0 | 1;
  },
): Promise<void> {
  const { userId, paperId, list, value } = input;
  await requireList(database, userId, list);
  if (value === 0) {
    await database.query(`delete from ratings where user_id = $1 and paper_id = $2 and list = $3`, [
      userId,
      paperId,
      list,
    ]);
    return;
  }
  const { affectedRows } = await database.query(
    `insert into ratings (user_id, paper_id, list, value)
     select $1, id, $3, $4 from papers where id = $2
     on conflict (user_id, paper_id, list) do update set value = excluded.value, at = now()`,
    [userId, paperId, list, value],
  );
  if (affectedRows === 0) {
    throw new Refusal('missing', `rate: there is no paper ${paperId}; choose one that is here`);
  }
}

async function requireList(connection: Connection, userId: string, list: string): Promise<void> {
  if (list === '') return;
  const { rows } = await connection.query(`select 1 from tags where id = $1 and user_id = $2`, [
    list,
    userId,
  ]);
  if (rows.length === 0) {
    throw new Refusal('missing', `list: ${list.slice(0, 60)} is none of yours; choose one of them`);
  }
}

/** Newest first. */
async function readExamples(connection: Connection, userId: string, list: string) {
  const { rows } = await connection.query<{ id: string; value: number; isOfList: boolean }>(
    `select paper_id as id, value::int as value, list = $2 as "isOfList", at
       from ratings where user_id = $1
     union all
     select paper_id, 1, $2 = '' or exists (select from item_tags
              where tag_id = $2 and item_tags.paper_id = library_items.paper_id), added_at
       from library_items where user_id = $1
     order by at desc`,
    [userId, list],
  );
  const ofList = rows.filter(({ isOfList }) => isOfList);
  const disliked = new Set(ofList.filter(({ value }) => value < 0).map(({ id }) => id));
  const liked = ofList.filter(({ id, value }) => value > 0 && !disliked.has(id));
  return {
    liked: [...new Set(liked.map(({ id }) => id))],
    disliked: [...disliked],
    seen: new Set(rows.map(({ id }) => id)),
  };
}

/** Papers that nobody said anything about stand for those that are not liked: the same each time. */
async function readBackground(
  connection: Connection,
  userId: string,
  except: readonly string[],
): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(
    `select id from papers where id <> all ($1) order by md5(id || $2) limit $3`,
    [except, userId, mostBackground],
  );
  return rows.map(({ id }) => id);
}

async function readNewest(connection: Connection): Promise<string[]> {
  const { rows } = await connection.query<{ id: string }>(
    `select id from papers where withdrawn_at is null order by day desc, id limit $1`,
    [mostNew],
  );
  return rows.map(({ id }) => id);
}

/** The likeliest, of which every tenth is replaced by one that the model is least sure of. */
function withQuestions(judged: readonly Recommendation[], limit: number): Recommendation[] {
  const best = judged.toSorted(
    (one, other) => other.probability - one.probability || compare(one.paper.id, other.paper.id),
  );
  const questions = Math.floor(Math.min(limit, best.length) / questionEvery);
  const shown = best.slice(0, limit - questions);
  const unsure = best
    .slice(shown.length)
    .toSorted((one, other) => Math.abs(one.probability - 0.5) - Math.abs(other.probability - 0.5))
    .slice(0, questions);
  const mixed: Recommendation[] = [];
  for (const one of shown) {
    mixed.push(one);
    if ((mixed.length + 1) % questionEvery !== 0) continue;
    const question = unsure.shift();
    if (question !== undefined) mixed.push({ ...question, isQuestion: true });
  }
  return mixed;
}

function textOf({ title, text }: SearchPaper): string {
  return `${title}\n${text}`;
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0;
}
