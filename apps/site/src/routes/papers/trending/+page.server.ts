import { trendingHalfLifeHours, trendingPapers, trendingWeights } from '@working-papers/daily';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => ({
  papers: await trendingPapers(locals.site.database, { now: new Date(), limit: 50 }),
  halfLifeHours: trendingHalfLifeHours,
  weights: trendingWeights,
});
