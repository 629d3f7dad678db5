import { error } from '@sveltejs/kit';
import { periodInWords, readDigest } from '@working-papers/daily';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ params, locals: { site } }) => {
  const found = await readDigest(site.database, params.cadence, params.period);
  if (found.kind === 'invalid') {
    error(400, { message: 'A digest is daily/2026-03-05, weekly/2026-W10 or monthly/2026-03.' });
  }
  if (found.kind === 'future') error(404, { message: 'This digest is not out yet.' });
  const { period, papers, total } = found.content;
  return { papers, total, cadence: period.cadence, words: periodInWords(period) };
};
