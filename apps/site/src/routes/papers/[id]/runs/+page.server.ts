import { findPaper } from '$lib/server/findPaper.ts';
import { readPaper } from '@working-papers/daily';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, params }) => {
  const { database } = locals.site;
  const { id, title, runs } = await readPaper(
    database,
    await findPaper(database, params.id, '/runs'),
  );
  return { id, title, runs };
};
