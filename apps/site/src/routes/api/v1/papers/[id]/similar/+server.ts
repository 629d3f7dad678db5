import { answerSimilar } from '@working-papers/daily/api';
import { answerJson, askedOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** Papers about the same. */
export const GET: RequestHandler = (event) =>
  answerJson(event, () => answerSimilar(askedOf(event), event.params.id));
