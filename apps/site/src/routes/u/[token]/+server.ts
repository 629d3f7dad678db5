import { unsubscribe } from '@working-papers/daily';
import type { RequestHandler } from './$types';

/**
 * One click in a mail program (RFC 8058): its provider posts here, without cookies and from anywhere.
 * Always 200, also for a link that is unknown or was used. Browsers get the page's form instead.
 */
export const POST: RequestHandler = async ({ params, locals: { site } }) => {
  await unsubscribe(site.database, params.token);
  return new Response('You are unsubscribed.\n', {
    headers: { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' },
  });
};
