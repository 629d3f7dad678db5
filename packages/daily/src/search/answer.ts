import type { Connection, Database } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { nameId } from '../nameId.ts';
import { resolvePaper } from '../reading/paperPage.ts';
import { readSearchPapers } from './cataloguePapers.ts';
import type { SearchFilters } from './filters.ts';
import type { IndexKeeper } from './indexKeeper.ts';
import { indexQueryOf, isWithoutMeaning } from './indexQuery.ts';
import { parseQuery, type ParsedQuery } from './query.ts';
import type { IndexAnswer, IndexQuery, SearchPaper } from './searchIndex.ts';
import { hasPhrase, markWords, snippet, type TextPiece, type Wanted } from './snippet.ts';

/** Orders of results. All but the first want every word of the query. */
export const searchSorts = ['relevance', 'newest', 'oldest', 'votes'] as const;
export type SearchSort = (typeof searchSorts)[number];

/** What is asked. */
export interface SearchRequest {
  /** As typed; see `parseQuery`. */
  readonly query: string;
  readonly filters?: SearchFilters;
  readonly sort?: SearchSort;
  /** From 1. */
  readonly page?: number;
  /** Default 20. */
  readonly perPage?: number;
  /** Whether the last word may not be complete. */
  readonly isTyping?: boolean;
}

/** A paper that was found, with what was looked for marked. */
export interface SearchResult {
  readonly paper: SearchPaper;
  readonly title: readonly TextPiece[];
  readonly snippet: readonly TextPiece[];
  /** False if only its vector is near: it is about the same and has none of the words. */
  readonly byWords: boolean;
}

/** An author or organisation whose name is the query. */
export interface NameMatch {
  readonly kind: 'author' | 'organization';
  readonly id: string;
  readonly name: string;
}

/** What was found. */
export interface SearchAnswer {
  /** The paper whose arXiv id or address was typed, if it is here. */
  readonly paperId: string | null;
  readonly parsed: ParsedQuery;
  readonly names: readonly NameMatch[];
  readonly results: readonly SearchResult[];
  readonly total: number;
  /** Whether there may be more than `total`. */
  readonly isMore: boolean;
  readonly page: number;
  /** Pages that can be shown: the best of the results. */
  readonly pages: number;
  /** Words that no paper has, for which similar ones were taken. */
  readonly unknown: readonly string[];
}

/** So many results can be paged through; as many are looked through for phrases and put in order. */
const shownResults = 200;
const examinedResults = 1000;

/** Answers what somebody typed. */
export async function answerQuery(
  { database, keeper }: { readonly database: Database; readonly keeper: IndexKeeper },
  request: SearchRequest,
): Promise<SearchAnswer> {
  const { query, sort = 'relevance', perPage = 20 } = request;
  const parsed = parseQuery(query);
  const paperId = parsed.id === null ? null : await knownPaper(database, parsed.id);
  const ranking = await rank({ database, keeper }, parsed, request);
  const names = await namesLike(database, parsed);
  const pages = Math.ceil(ranking.ids.length / perPage);
  const page = Math.min(Math.max(1, request.page ?? 1), Math.max(1, pages));
  const ids = ranking.ids.slice((page - 1) * perPage, page * perPage);
  const papers = await readSearchPapers(database, ids);
  const { prefix } = indexQueryOf(parsed, request);
  const wanted = { words: [...parsed.words, ...parsed.phrases.flat()], prefix };
  return {
    paperId,
    parsed,
    names,
    results: papers.map((paper) => resultOf(paper, wanted, ranking.byWords.has(paper.id))),
    total: ranking.total,
    isMore: ranking.isMore,
    page,
    pages: sort === 'relevance' ? Math.min(pages, Math.ceil(shownResults / perPage)) : pages,
    unknown: ranking.unknown,
  };
}

function resultOf(paper: SearchPaper, wanted: Wanted, byWords: boolean): SearchResult {
  return {
    paper,
    title: markWords(paper.title, wanted),
    snippet: snippet(paper.text, wanted),
    byWords,
  };
}

interface Ranking {
  readonly ids: readonly string[];
  readonly byWords: ReadonlySet<string>;
  readonly total: number;
  readonly isMore: boolean;
  readonly unknown: readonly string[];
}

async function rank(
  { database, keeper }: { readonly database: Database; readonly keeper: IndexKeeper },
  parsed: ParsedQuery,
  request: SearchRequest,
): Promise<Ranking> {
  const { sort = 'relevance', isTyping = false } = request;
  const base = indexQueryOf(parsed, { isTyping, allWords: sort !== 'relevance' });
  const nothing = { ids: [], byWords: new Set<string>(), total: 0, isMore: false, unknown: [] };
  if (isWithoutMeaning(parsed, base) && base.prefix === null) return nothing;
  const filters = joinFilters(base.filters, request.filters ?? {});
  const isSearched = base.any.length + base.all.length > 0;
  const words = [...parsed.words, ...parsed.phrases.flat()].join(' ');
  const dense = isSearched && sort === 'relevance' ? await keeper.embedQuery(words) : null;
  const hasPhrases = parsed.phrases.length + parsed.excludedPhrases.length > 0;
  const limit = hasPhrases || sort !== 'relevance' ? examinedResults : shownResults;
  const found = await keeper.search({ ...base, filters, dense, limit });
  const kept = hasPhrases ? await withPhrases(database, found, parsed) : found;
  const first = sort === 'relevance' ? await papersOfAuthor(keeper, parsed, filters) : [];
  const ids = [...new Set([...first, ...kept.hits.map(({ id }) => id)])];
  return {
    ids: sort === 'relevance' ? ids : await inOrder(database, ids, sort),
    byWords: new Set([...first, ...kept.hits.flatMap((hit) => (hit.byWords ? [hit.id] : []))]),
    total: kept.total + first.filter((id) => !kept.hits.some((hit) => hit.id === id)).length,
    isMore: kept.isMore,
    unknown: kept.unknown,
  };
}

/** Keeps what has the phrases and lacks the excluded ones: no index stores where words stand. */
async function withPhrases(
  database: Database,
  found: IndexAnswer,
  { phrases, excludedPhrases }: ParsedQuery,
): Promise<IndexAnswer> {
  const papers = await readSearchPapers(
    database,
    found.hits.map(({ id }) => id),
  );
  const kept = new Set(
    papers
      .filter(({ title, text }) => {
        // No phrase goes from the title over into the text.
        const has = (phrase: readonly string[]) =>
          hasPhrase(title, phrase) || hasPhrase(text, phrase);
        return phrases.every(has) && !excludedPhrases.some(has);
      })
      .map(({ id }) => id),
  );
  const hits = found.hits.filter(({ id }) => kept.has(id));
  return { ...found, hits, total: hits.length, isMore: found.total > found.hits.length };
}

/** All papers of somebody whose name is what was typed. */
async function papersOfAuthor(
  keeper: IndexKeeper,
  { words, phrases, excluded }: ParsedQuery,
  filters: SearchFilters,
): Promise<string[]> {
  if (words.length < 2 || words.length > 5 || phrases.length + excluded.length > 0) return [];
  const authors = [...(filters.authors ?? []), words.join(' ')];
  const query: IndexQuery = {
    any: [],
    all: [],
    none: [],
    prefix: null,
    dense: null,
    filters: { ...filters, authors },
    limit: shownResults,
  };
  const { hits } = await keeper.search(query);
  return hits.map(({ id }) => id);
}

async function namesLike(connection: Connection, { words, phrases }: ParsedQuery) {
  if (words.length === 0 || words.length > 8 || phrases.length > 0) return [];
  const { rows } = await connection.query<NameMatch>(
    `select 'author' as kind, id, name from authors where id = $1
     union all select 'organization', id, name from organizations where id = $1`,
    [nameId(words.join(' '))],
  );
  return rows;
}

async function knownPaper(connection: Connection, id: string): Promise<string | null> {
  const found = await resolvePaper(connection, id);
  return found.kind === 'paper' ? found.id : null;
}

async function inOrder(
  connection: Connection,
  ids: readonly string[],
  sort: Exclude<SearchSort, 'relevance'>,
): Promise<string[]> {
  if (ids.length === 0) return [];
  const papers = kyselyOn(connection).selectFrom('papers').select('id').where('id', 'in', ids);
  const ordered =
    sort === 'votes'
      ? papers.orderBy('upvotes', 'desc').orderBy('day', 'desc')
      : papers.orderBy('day', sort === 'newest' ? 'desc' : 'asc');
  const rows = await ordered.orderBy('id', 'desc').execute();
  return rows.map(({ id }) => id);
}

/** Both must hold; where only one value is possible, that of the form. */
function joinFilters(typed: SearchFilters, chosen: SearchFilters): SearchFilters {
  return {
    ...chosen,
    category: chosen.category ?? typed.category,
    verdict: chosen.verdict ?? typed.verdict,
    authors: [...(typed.authors ?? []), ...(chosen.authors ?? [])],
    organizations: [...(typed.organizations ?? []), ...(chosen.organizations ?? [])],
  };
}
