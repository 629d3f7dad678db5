import { resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { topK, type Ordered } from './topK.ts';

/** Options of {@link sort} and {@link argsort}. */
export interface SortOptions {
  /** Negative counts from the end. Default -1. */
  readonly axis?: number;
  /** Whether the largest comes first. Default false. */
  readonly descending?: boolean;
}

/**
 * The elements along an axis in ascending or descending order, and where they were. Of equal elements the
 * one with the lower index comes first, on every backend, in both orders. The order of NaN is undefined.
 *
 * @param x - Any shape but a scalar.
 * @returns Values, to whose places gradients flow back, and int64 indices, of the shape of `x`.
 * @throws {ShapeError} If `axis` is out of range or `x` is bool.
 */
export function sort(x: Tensor, options: SortOptions = {}): Ordered {
  const axis = resolveAxis('sort', options.axis ?? -1, x.shape);
  return topK(x, x.shape[axis] ?? 1, { axis, largest: options.descending ?? false });
}

/**
 * Where the elements along an axis are in ascending or descending order: the indices of {@link sort}.
 *
 * @param x - Any shape but a scalar.
 * @returns int64, the shape of `x`; no gradient flows.
 * @throws {ShapeError} If `axis` is out of range or `x` is bool.
 */
export function argsort(x: Tensor, options: SortOptions = {}): Tensor {
  return sort(x, options).indices;
}
