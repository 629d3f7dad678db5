import { counts } from '$lib/server/feed.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
  counts: await counts(locals.site.database),
});
