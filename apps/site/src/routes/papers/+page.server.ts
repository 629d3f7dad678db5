export { loadFeed as load } from '$lib/server/loadFeed.ts';
