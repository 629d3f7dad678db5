import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Sign, element by element: -1, 0 or 1; no gradient flows.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function sign(x: Tensor): Tensor {
  return signOp([x], {});
}

/** The operation behind {@link sign}. */
export const signOp = defineUnary({
  name: 'sign',
  lower: 'Sign',
  vjp: null,
});
