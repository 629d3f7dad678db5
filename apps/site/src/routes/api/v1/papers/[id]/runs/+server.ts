import { answerPaperRuns } from '@working-papers/daily/api';
import { answerJson, askedOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** Recorded runs of a paper. */
export const GET: RequestHandler = (event) =>
  answerJson(event, () => answerPaperRuns(askedOf(event), event.params.id));
