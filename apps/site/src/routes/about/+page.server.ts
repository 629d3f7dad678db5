import { counts } from '@working-papers/daily';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
  counts: await counts(locals.site.database),
});
