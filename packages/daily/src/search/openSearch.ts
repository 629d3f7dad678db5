/** Search as the site uses it: an index that follows the database, and answers to what people type. */
import { join } from 'node:path';
import type { Configuration } from '../configuration.ts';
import type { Database } from '../database/database.ts';
import type { TasteExamples, TasteJudgement } from '../recommend/taste.ts';
import { answerQuery, type SearchAnswer, type SearchRequest } from './answer.ts';
import { keepIndex, type IndexKeeper, type SearchStatus } from './indexKeeper.ts';
import { indexQueryOf } from './indexQuery.ts';
import { readSearchPapers } from './cataloguePapers.ts';
import { parseQuery } from './query.ts';

/** Papers, found. */
export interface Search {
  readonly find: (request: SearchRequest) => Promise<SearchAnswer>;
  /** Ids of the papers nearest to some, themselves left out; none before there are vectors. */
  readonly similar: (ids: readonly string[], limit: number) => Promise<readonly string[]>;
  /** Judges papers by examples; see `recommend`. None before there are vectors. */
  readonly judge: (
    examples: TasteExamples,
    papers: readonly { readonly id: string; readonly text: string }[],
  ) => Promise<readonly TasteJudgement[]>;
  /** Takes in what changed in the database until now. */
  readonly follow: () => Promise<void>;
  /** Fits the vectors and builds the index anew, as happens by itself after a day with changes. */
  readonly refit: () => Promise<void>;
  readonly status: () => Promise<SearchStatus>;
  readonly close: () => Promise<void>;
}

/** With what search is opened. */
export interface SearchSurroundings {
  readonly database: Database;
  /** Data folder; search keeps its files in `search` there. */
  readonly folder: string;
  readonly configuration: Pick<Configuration, 'WP_SEARCH' | 'WP_EMBEDDER'>;
  /** The time; default the clock. */
  readonly now?: () => Date;
}

/**
 * Opens search at once; the index is read, or built, in the background, and the first question waits for
 * it. What fails there is thrown by the questions and shown in the status.
 */
export function openSearch(surroundings: SearchSurroundings): Search {
  const { database, folder, configuration, now = () => new Date() } = surroundings;
  const keeper = keepIndex({ database, folder: join(folder, 'search'), configuration, now });
  return {
    find: (request) => answerQuery({ database, keeper }, request),
    similar: (ids, limit) => findSimilar({ database, keeper }, ids, limit),
    judge: keeper.judge,
    follow: keeper.follow,
    refit: keeper.refit,
    status: keeper.status,
    close: keeper.close,
  };
}

async function findSimilar(
  { database, keeper }: { readonly database: Database; readonly keeper: IndexKeeper },
  ids: readonly string[],
  limit: number,
): Promise<readonly string[]> {
  const papers = await readSearchPapers(database, ids);
  const text = papers.map((paper) => `${paper.title}\n${paper.text}`).join('\n');
  const vector = await keeper.embed(text);
  if (vector === null || papers.length === 0) return [];
  const dense = { vector, weight: 1 };
  const query = { ...indexQueryOf(parseQuery('')), dense, limit: limit + ids.length };
  const { hits } = await keeper.search(query);
  const own = new Set(ids);
  return hits.flatMap(({ id }) => (own.has(id) ? [] : [id])).slice(0, limit);
}
