import { sitemapIndex } from '@working-papers/daily/api';
import { answerApi, originOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** The index of the site maps. */
export const GET: RequestHandler = (event) =>
  answerApi(event, async () => ({
    type: 'application/xml',
    body: await sitemapIndex(event.locals.site.database, originOf(event)),
  }));
