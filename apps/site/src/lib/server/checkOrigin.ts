import type { RequestEvent } from '@sveltejs/kit';
import { problem } from './problem.ts';

const safeMethods = new Set(['GET', 'HEAD', 'OPTIONS']);

/** Where mail providers post without cookies and without an origin (RFC 8058). */
const openRoutes = new Set<string | null>(['/u/[token]']);

/**
 * Refuses requests that another site makes a visitor's browser send: for every method that changes
 * something and every type of content. Browsers name the origin of such requests; programs do not,
 * and are let through as long as they bring no cookies.
 *
 * @returns The refusal, or undefined.
 */
export function checkOrigin({
  request,
  route,
  url,
}: Pick<RequestEvent, 'request' | 'route' | 'url'>): Response | undefined {
  if (safeMethods.has(request.method) || openRoutes.has(route.id)) return undefined;
  const { headers } = request;
  const origin = headers.get('origin');
  if (origin === url.origin) return undefined;
  const site = headers.get('sec-fetch-site');
  const isProgram = origin === null && site === null && !headers.has('cookie');
  if (isProgram) return undefined;
  return problem(
    403,
    origin === null
      ? 'This request brings cookies but no Origin; send it from a page of this site, or with a token and no cookies.'
      : `This request comes from ${JSON.stringify(origin.slice(0, 100))}, not from ${url.origin}; send it from a page of this site.`,
  );
}
