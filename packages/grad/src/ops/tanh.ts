import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Hyperbolic tangent, element by element.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function tanh(x: Tensor): Tensor {
  return tanhOp([x], {});
}

/** The operation behind {@link tanh}. */
export const tanhOp = defineUnary({
  name: 'tanh',
  lower: 'Tanh',
  vjp: ({ y, dy }) => dy.sub(dy.mul(y.square())),
});
