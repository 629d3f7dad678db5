import type { SearchForm } from '$lib/server/loadSearch.ts';

/** The address of a search: what is empty, or as it is by default, is left out. */
export function searchAddress(form: SearchForm, page = 1): string {
  const { runs, sort, ...texts } = form;
  const parts = Object.entries(texts).filter(([, text]) => text !== '');
  const query = new URLSearchParams(parts);
  if (runs) query.set('runs', '1');
  if (sort !== 'relevance') query.set('sort', sort);
  if (page > 1) query.set('page', String(page));
  // An empty search is one, too: all papers.
  if (query.size === 0) query.set('q', '');
  return `/papers?${query}`;
}
