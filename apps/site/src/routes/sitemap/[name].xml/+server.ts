import { sitemapFile } from '@working-papers/daily/api';
import { answerApi, originOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** The pages of a month, or those that are always there. */
export const GET: RequestHandler = (event) =>
  answerApi(event, async () => ({
    type: 'application/xml',
    body: await sitemapFile(event.locals.site.database, event.params.name, originOf(event)),
  }));
