import { rssFeed } from '@working-papers/daily/api';
import { answerFeed } from '$lib/server/feeds.ts';
import type { RequestHandler } from './$types';

/** The newest papers as RSS 2.0. */
export const GET: RequestHandler = (event) => answerFeed(event, 'application/rss+xml', rssFeed);
