import { claimOrders, readClaims } from '@working-papers/daily';
import { readClaimOrder } from '$lib/server/claimOrder.ts';
import type { PageServerLoad } from './$types';

export const load: PageServerLoad = async ({ locals, url }) => {
  const order = readClaimOrder(url);
  const claims = await readClaims(locals.site.database, order);
  return { order, orders: claimOrders, claims };
};
