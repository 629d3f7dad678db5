import { error } from '@sveltejs/kit';
import { listOrders, type ListOrder } from '@working-papers/daily';

/** A page of a list has at most this many papers. */
const papersPerPage = 50;

/**
 * Reads `?order=` and `?after=` of a list's address.
 *
 * @param standard - The order if none is named.
 */
export function readListOptions(
  url: URL,
  standard: ListOrder,
): { readonly order: ListOrder; readonly after: string; readonly limit: number } {
  const named = url.searchParams.get('order') ?? standard;
  const order = listOrders.find((one) => one === named);
  if (order === undefined) {
    error(400, { message: `“${named}” is not an order; it is ${listOrders.join(' or ')}.` });
  }
  const after = url.searchParams.get('after') ?? '';
  if (after.length > 100) error(400, { message: 'The paper in “after” is not an id.' });
  return { order, after, limit: papersPerPage };
}
