import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Exponential e^x, element by element.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function exp(x: Tensor): Tensor {
  return expOp([x], {});
}

/** The operation behind {@link exp}. */
export const expOp = defineUnary({
  name: 'exp',
  lower: 'Exp',
  vjp: ({ y, dy }) => dy.mul(y),
});
