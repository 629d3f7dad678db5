import { answerClaims } from '@working-papers/daily/api';
import { answerJson, askedOf } from '$lib/server/api.ts';
import type { RequestHandler } from './$types';

/** All claims of all papers. */
export const GET: RequestHandler = (event) => answerJson(event, () => answerClaims(askedOf(event)));
