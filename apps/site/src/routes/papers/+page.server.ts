import { loadFeed } from '$lib/server/loadFeed.ts';
import { isSearch, loadSearch } from '$lib/server/loadSearch.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async (event) =>
  isSearch(event.url)
    ? { feed: null, search: await loadSearch(event) }
    : { feed: await loadFeed(event), search: null };
