import { answerPaper } from '@working-papers/daily/api';
import { answerJson, askedOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** One paper. */
export const GET: RequestHandler = (event) =>
  answerJson(event, () => answerPaper(askedOf(event), event.params.id));
