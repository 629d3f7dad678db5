import { hubSearch } from '@working-papers/daily/api';
import { answerJson, originOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** As Hugging Face's: papers that search finds. */
export const GET: RequestHandler = (event) => {
  const call = { parameters: event.url.searchParams, origin: originOf(event) };
  return answerJson(event, () => hubSearch(event.locals.site, call), 'search');
};
