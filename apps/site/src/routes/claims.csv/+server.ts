import { claimsAsCsv, readClaims } from '@working-papers/daily';
import { readClaimOrder } from '$lib/server/claimOrder.ts';
import { csvResponse } from '$lib/server/csvResponse.ts';
import type { RequestHandler } from './$types';

/** All claims with the verdicts that count, as a table for spreadsheets. */
export const GET: RequestHandler = async ({ locals, url }) =>
  csvResponse(
    claimsAsCsv(await readClaims(locals.site.database, readClaimOrder(url))),
    'working-papers-claims.csv',
  );
