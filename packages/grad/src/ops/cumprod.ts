import { resolveAxis } from '../shape.ts';
import { ones, type Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';
import { pad } from './pad.ts';
import { slice } from './slice.ts';

/**
 * Running product along an axis, each element included. It takes log2(size) products with shifted
 * copies and never divides, so that gradients of any order are right at zeros.
 *
 * @param x - Any shape, of a floating-point type.
 * @param axis - Negative counts from the end. Default -1.
 * @throws {ShapeError} If `axis` is out of range or `x` is not of a floating-point type.
 */
export function cumprod(x: Tensor, axis = -1): Tensor {
  return runningProduct(x, resolveAxis('cumprod', axis, x.shape), 1);
}

/** For each element along an axis, the product of all others, without a division. */
export function productOfOthers(x: Tensor, axis: number): Tensor {
  const before = runningProduct(shift(x, axis, 1), axis, 1);
  const after = runningProduct(shift(x, axis, -1), axis, -1);
  return before.mul(after);
}

/** Products from the start, or, in direction -1, from the end. */
function runningProduct(x: Tensor, axis: number, direction: 1 | -1): Tensor {
  const size = only(x.shape[axis], 'cumprod');
  let product = x;
  for (let distance = 1; distance < size; distance *= 2) {
    product = product.mul(shift(product, axis, direction * distance));
  }
  return product;
}

/** Elements moved along an axis, and ones where none arrive. */
function shift(x: Tensor, axis: number, distance: number): Tensor {
  const size = only(x.shape[axis], 'cumprod');
  const count = Math.abs(distance);
  if (count >= size) return ones(x.shape, x.dtype);
  return distance > 0
    ? pad(slice(x, { axis, end: size - count }), { axis, before: count, value: 1 })
    : pad(slice(x, { axis, start: count }), { axis, after: count, value: 1 });
}
