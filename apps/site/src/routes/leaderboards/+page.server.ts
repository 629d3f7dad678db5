import { families } from '@working-papers/paper-kit';
import { countTopics } from '@working-papers/daily';
import { loadBoards } from '$lib/server/loadBoards.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals }) => {
  const { database } = locals.site;
  const counts = await countTopics(database, 'family');
  const listed = families.map(async (family) => {
    const boards = await loadBoards(database, family);
    return {
      family,
      papers: counts.find(({ id }) => id === family)?.papers ?? 0,
      boards: boards.length,
      methods: boards.reduce((sum, { lines }) => sum + lines.length, 0),
    };
  });
  return { families: await Promise.all(listed) };
};
