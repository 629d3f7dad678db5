import { error } from '@sveltejs/kit';
import { claimOrders, type ClaimOrder } from '@working-papers/daily';

/** Reads `?sort=` of the addresses of all claims. */
export function readClaimOrder(url: URL): ClaimOrder {
  const named = url.searchParams.get('sort') ?? 'paper';
  const order = claimOrders.find((one) => one === named);
  if (order !== undefined) return order;
  return error(400, {
    message: `“${named}” is no order of claims; choose ${claimOrders.join(', ')}.`,
    links: [{ href: '/claims', text: 'All claims' }],
  });
}
