import { readWeek } from '@working-papers/daily';
import { loadPeriod } from '$lib/server/loadPeriod.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  const text = event.params.week;
  return loadPeriod(event, readWeek(text), {
    text,
    noun: 'week',
    example: '/papers/week/2025-W21',
  });
};
