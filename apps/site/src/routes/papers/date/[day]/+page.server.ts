import { readDay } from '@working-papers/daily';
import { loadPeriod } from '$lib/server/loadPeriod.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = (event) => {
  const text = event.params.day;
  return loadPeriod(event, readDay(text), {
    text,
    noun: 'day',
    example: '/papers/date/2025-05-23',
  });
};
