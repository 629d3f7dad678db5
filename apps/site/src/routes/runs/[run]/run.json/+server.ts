import { json } from '@sveltejs/kit';
import { findRun } from '$lib/server/findRun.ts';
import { readRunRows } from '@working-papers/daily';
import type { RequestHandler } from './$types';

/** A recorded run with all its rows. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const { database } = locals.site;
  const run = await findRun(database, params.run);
  return json({ ...run, rows: await readRunRows(database, run.id) });
};
