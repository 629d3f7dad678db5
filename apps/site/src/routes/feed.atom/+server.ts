import { atomFeed } from '@working-papers/daily/api';
import { answerFeed } from '$lib/server/feeds.ts';
import type { RequestHandler } from './$types';

/** The newest papers as Atom. */
export const GET: RequestHandler = (event) => answerFeed(event, 'application/atom+xml', atomFeed);
