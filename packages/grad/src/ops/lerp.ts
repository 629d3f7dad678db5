import { Tensor } from '../tensor.ts';
import { where } from './where.ts';
import type { Operand } from './elementwise.ts';

/**
 * Linear interpolation a + weight (b - a), element by element: exactly `a` at weight 0 and `b` at 1.
 *
 * @param a - Any shape.
 * @param b - Any shape that broadcasts with `a`.
 * @param weight - Any shape that broadcasts with both, or a number; outside [0, 1] it extrapolates.
 * @returns The broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function lerp(a: Tensor, b: Tensor, weight: Operand): Tensor {
  const difference = b.sub(a);
  // a + 1 (b - a) is not b in floating point; from b's side it is.
  const fromA = () => a.add(difference.mul(weight));
  if (weight instanceof Tensor) {
    return where(weight.less(0.5), fromA(), b.sub(difference.mul(weight.neg().add(1))));
  }
  return weight < 0.5 ? fromA() : b.sub(difference.mul(1 - weight));
}
