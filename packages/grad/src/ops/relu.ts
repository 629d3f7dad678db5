import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * max(x, 0), element by element; the gradient at 0 is 0.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function relu(x: Tensor): Tensor {
  return reluOp([x], {});
}

/** The operation behind {@link relu}. */
export const reluOp = defineUnary({
  name: 'relu',
  lower: 'Relu',
  vjp: ({ y, dy }) => y.greater(0).where(dy, 0),
  domain: 'nonzero',
});
