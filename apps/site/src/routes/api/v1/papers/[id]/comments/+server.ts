import { answerComments } from '@working-papers/daily/api';
import { answerJson, askedOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** Comments on a paper. */
export const GET: RequestHandler = (event) =>
  answerJson(event, () => answerComments(askedOf(event), event.params.id));
