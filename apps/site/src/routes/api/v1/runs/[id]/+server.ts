import { answerRun } from '@working-papers/daily/api';
import { answerJson, askedOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** A recorded run. */
export const GET: RequestHandler = (event) =>
  answerJson(event, () => answerRun(askedOf(event), event.params.id));
