import type { RequestHandler } from './$types';

/** Whether the process is alive: for whatever would restart it. */
export const GET: RequestHandler = () =>
  Response.json({ status: 'ok' }, { headers: { 'Cache-Control': 'no-store' } });
