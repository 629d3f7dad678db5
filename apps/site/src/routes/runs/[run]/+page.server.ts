import { findRun } from '$lib/server/findRun.ts';
import { readRunRows, rowColumns } from '@working-papers/daily';
import type { PageServerLoad } from './$types';

/** More rows are for a program: the page links to all of them. */
const rowsShown = 100;

export const load: PageServerLoad = async ({ locals, params }) => {
  const { database } = locals.site;
  const run = await findRun(database, params.run);
  const rows = await readRunRows(database, run.id, rowsShown);
  return { run, rows, columns: rowColumns(rows) };
};
