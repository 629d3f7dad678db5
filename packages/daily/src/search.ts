/** Search and recommendations: entry of its own, because they bring a library that others do not need. */
export { rate, recommend, tasteLists, type Recommendation } from './recommend/recommend.ts';
export {
  searchSorts,
  type SearchAnswer,
  type SearchRequest,
  type SearchResult,
  type SearchSort,
} from './search/answer.ts';
export { isVerdict } from './search/query.ts';
export type { SearchFilters } from './search/filters.ts';
export type { SearchStatus } from './search/indexKeeper.ts';
export { openSearch, type Search } from './search/openSearch.ts';
export { readSearchPapers } from './search/cataloguePapers.ts';
export { searchChoices, type SearchChoices } from './search/searchChoices.ts';
export type { SearchPaper } from './search/searchIndex.ts';
export type { TextPiece } from './search/snippet.ts';
