import { readLeaderboards } from '@working-papers/daily/api';
import { answerJson, originOf } from '$lib/server/api.ts';
import { implementation } from '$lib/server/repository.ts';
import type { RequestHandler } from './$types';

/** Leaderboards in the shape of the sota-extractor. */
export const GET: RequestHandler = (event) =>
  answerJson(event, () =>
    readLeaderboards(
      event.locals.site.database,
      async (slug) => (await implementation(slug))?.leaderboard,
      originOf(event),
    ),
  );
