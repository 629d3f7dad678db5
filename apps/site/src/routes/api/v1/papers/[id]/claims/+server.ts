import { answerPaperClaims } from '@working-papers/daily/api';
import { answerJson, askedOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** What a paper claims, and what came out. */
export const GET: RequestHandler = (event) =>
  answerJson(event, () => answerPaperClaims(askedOf(event), event.params.id));
