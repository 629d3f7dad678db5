import { readMonth } from '@working-papers/daily';
import { loadPeriod } from '$lib/server/loadPeriod.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  const text = event.params.month;
  return loadPeriod(event, readMonth(text), {
    text,
    noun: 'month',
    example: '/papers/month/2025-05',
  });
};
