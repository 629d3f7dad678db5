import { answerPapers } from '@working-papers/daily/api';
import { answerJson, askedOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** Papers by day, votes or trend; searching has a limit of its own. */
export const GET: RequestHandler = (event) =>
  answerJson(
    event,
    () => answerPapers(askedOf(event)),
    event.url.searchParams.has('q') ? 'search' : 'api',
  );
