import type { Tensor } from '../tensor.ts';
import { abs } from './abs.ts';
import { equal } from './equal.ts';

/**
 * Whether x is infinite, element by element, as bool; no gradient flows.
 *
 * @param x - Any shape, of a floating-point type.
 * @returns The shape of `x`.
 * @throws {ShapeError} If `x` is not of a floating-point type.
 */
export function isInf(x: Tensor): Tensor {
  return equal(abs(x), Infinity);
}
