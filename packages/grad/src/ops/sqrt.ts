import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Square root, element by element: NaN below 0; the gradient at 0 is infinite.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function sqrt(x: Tensor): Tensor {
  return sqrtOp([x], {});
}

/** The operation behind {@link sqrt}. */
export const sqrtOp = defineUnary({
  name: 'sqrt',
  lower: 'Sqrt',
  vjp: ({ y, dy }) => dy.mul(0.5).div(y),
  domain: 'positive',
});
