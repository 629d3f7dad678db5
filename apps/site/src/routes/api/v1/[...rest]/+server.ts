import { problem } from '$lib/server/problem.ts';
import type { RequestHandler } from './$types';

/** Every other address: a problem document, not a page. */
export const fallback: RequestHandler = ({ request, url }) =>
  problem(
    404,
    `There is no call ${request.method} ${url.pathname.slice(0, 100)}; see /api/v1/openapi.json.`,
  );
