import { error } from '@sveltejs/kit';
import { families } from '@working-papers/paper-kit';
import { loadBoards } from '$lib/server/loadBoards.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const family = families.find((one) => one === params.family);
  if (family === undefined) {
    error(404, {
      message: `There is no family “${params.family}”.`,
      links: [{ href: '/leaderboards', text: 'All leaderboards' }],
    });
  }
  return { family, boards: await loadBoards(locals.site.database, family) };
};
