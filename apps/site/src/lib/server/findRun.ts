import { error } from '@sveltejs/kit';
import { readRun, type Connection, type RunPage } from '@working-papers/daily';

/** The recorded run that an address names. */
export async function findRun(connection: Connection, id: string): Promise<RunPage> {
  const run = /^[0-9a-f]{16}$/.test(id) ? await readRun(connection, id) : undefined;
  if (run !== undefined) return run;
  return error(404, {
    message: `There is no recorded run “${id}”. A run that was recorded anew has another address.`,
    links: [{ href: '/claims', text: 'All claims and the runs behind them' }],
  });
}
