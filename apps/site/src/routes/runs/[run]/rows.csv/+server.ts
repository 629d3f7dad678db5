import { csvResponse } from '$lib/server/csvResponse.ts';
import { findRun } from '$lib/server/findRun.ts';
import { csvText, readRunRows } from '@working-papers/daily';
import type { RequestHandler } from './$types';

/** All rows of a recorded run as a table for spreadsheets. */
export const GET: RequestHandler = async ({ locals, params }) => {
  const { database } = locals.site;
  const { id } = await findRun(database, params.run);
  return csvResponse(csvText(await readRunRows(database, id)), `run-${id}.csv`);
};
