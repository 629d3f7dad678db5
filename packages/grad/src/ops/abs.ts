import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Absolute value, element by element; the gradient at 0 is 0.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function abs(x: Tensor): Tensor {
  return absOp([x], {});
}

/** The operation behind {@link abs}. */
export const absOp = defineUnary({
  name: 'abs',
  lower: 'Abs',
  vjp: ({ x, dy }) => dy.mul(x.sign()),
  domain: 'nonzero',
});
