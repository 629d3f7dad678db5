import type { Tensor } from '../tensor.ts';
import { abs } from './abs.ts';
import { less } from './less.ts';

/**
 * Whether x is neither infinite nor NaN, element by element, as bool; no gradient flows.
 *
 * @param x - Any shape, of a floating-point type.
 * @returns The shape of `x`.
 * @throws {ShapeError} If `x` is not of a floating-point type.
 */
export function isFinite(x: Tensor): Tensor {
  return less(abs(x), Infinity);
}
