import { answerCitations } from '@working-papers/daily/api';
import { answerApi, askedOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** References as BibTeX, RIS or CSL-JSON. */
export const GET: RequestHandler = (event) =>
  answerApi(event, () => answerCitations(askedOf(event)));
