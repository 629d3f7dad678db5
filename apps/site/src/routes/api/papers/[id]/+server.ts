import { hubPaperById } from '@working-papers/daily/api';
import { answerJson, originOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** As Hugging Face's: one paper. */
export const GET: RequestHandler = (event) =>
  answerJson(event, () =>
    hubPaperById(event.locals.site.database, event.params.id, originOf(event)),
  );
