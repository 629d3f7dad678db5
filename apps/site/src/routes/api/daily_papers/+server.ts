import { hubDailyPapers } from '@working-papers/daily/api';
import { answerJson, originOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** As Hugging Face's: papers by the day that features them. */
export const GET: RequestHandler = (event) =>
  answerJson(event, () =>
    hubDailyPapers(event.locals.site.database, {
      parameters: event.url.searchParams,
      origin: originOf(event),
    }),
  );
