import { requireToken } from '@working-papers/daily';
import { exportAccount } from '@working-papers/daily/accounts';
import { requireUser } from '$lib/server/auth.ts';
import { orErrorPage } from '$lib/server/refusals.ts';
import type { RequestHandler } from './$types';

export const POST: RequestHandler = async ({ locals }) => {
  const user = requireUser(locals);
  const { database } = locals.site;
  const taker = { account: user.id, address: locals.address };
  await orErrorPage(requireToken(database, 'export', taker));
  const zip = await exportAccount(database, user.id);
  const day = new Date().toISOString().slice(0, 10);
  return new Response(zip, {
    headers: {
      'Content-Type': 'application/zip',
      'Content-Disposition': `attachment; filename="working-papers-${user.handle}-${day}.zip"`,
      'Cache-Control': 'no-store',
    },
  });
};
