import { robotsTxt } from '@working-papers/daily/api';
import { originOf, tagged } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** What crawlers may look at. */
export const GET: RequestHandler = (event) =>
  tagged(event.request, { type: 'text/plain; charset=utf-8', body: robotsTxt(originOf(event)) });
