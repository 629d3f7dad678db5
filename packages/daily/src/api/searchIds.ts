import type { Search } from '../search/openSearch.ts';

/** Ids of the papers that search finds, best first; the paper whose id was typed comes before all. */
export async function searchIds(
  search: Pick<Search, 'find'>,
  query: string,
  limit: number,
): Promise<string[]> {
  const { paperId, results } = await search.find({ query, perPage: limit });
  const found = results.map(({ paper }) => paper.id);
  return [...new Set(paperId === null ? found : [paperId, ...found])].slice(0, limit);
}
