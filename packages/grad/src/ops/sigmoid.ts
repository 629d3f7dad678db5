import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Logistic function 1 / (1 + e^-x), element by element.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function sigmoid(x: Tensor): Tensor {
  return sigmoidOp([x], {});
}

/** The operation behind {@link sigmoid}. */
export const sigmoidOp = defineUnary({
  name: 'sigmoid',
  lower: 'Sigmoid',
  vjp: ({ y, dy }) => dy.mul(y.sub(y.square())),
});
