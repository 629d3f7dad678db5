import { json } from '@sveltejs/kit';
import { readClaims } from '@working-papers/daily';
import { readClaimOrder } from '$lib/server/claimOrder.ts';
import type { RequestHandler } from './$types';

/** All claims with the verdicts that count. */
export const GET: RequestHandler = async ({ locals, url }) =>
  json(await readClaims(locals.site.database, readClaimOrder(url)));
