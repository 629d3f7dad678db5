import { error } from '@sveltejs/kit';
import { dayOf, isDay } from '@working-papers/daily/days';
import { neighbours, papersOfDay } from '@working-papers/daily';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { day } = params;
  const newest = { href: '/', text: 'The newest papers' };
  if (!isDay(day)) {
    error(400, {
      message: `“${day}” is not a day. Addresses of days look like /papers/date/2025-05-23.`,
      links: [newest],
    });
  }
  const { database } = locals.site;
  if (day > dayOf(new Date())) {
    error(404, { message: `${day} has not come yet (days are counted in UTC).`, links: [newest] });
  }
  const [papers, around] = await Promise.all([
    papersOfDay(database, day),
    neighbours(database, day),
  ]);
  return { day, papers, neighbours: around };
};
