import { failureText } from '@working-papers/daily';
import { problem } from '$lib/server/problem.ts';
import type { RequestHandler } from './$types';

const patienceMs = 2000;

/** Whether requests can be answered: for whatever would send some here. */
export const GET: RequestHandler = async ({ locals: { site } }) => {
  try {
    const late = new Promise<never>((_, reject) => {
      setTimeout(() => reject(new Error('database: no answer within 2 s')), patienceMs).unref();
    });
    await Promise.race([site.database.query('select 1'), late]);
    return Response.json({ status: 'ready' }, { headers: { 'Cache-Control': 'no-store' } });
  } catch (error) {
    return problem(503, failureText(error));
  }
};
