import { jsonFeed } from '@working-papers/daily/api';
import { answerFeed } from '$lib/server/feeds.ts';
import type { RequestHandler } from './$types';

/** The newest papers as JSON Feed. */
export const GET: RequestHandler = (event) =>
  answerFeed(event, 'application/feed+json', (feed) => JSON.stringify(jsonFeed(feed)));
