import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Sine of x in radians, element by element.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function sin(x: Tensor): Tensor {
  return sinOp([x], {});
}

/** The operation behind {@link sin}. */
export const sinOp = defineUnary({
  name: 'sin',
  lower: 'Sin',
  vjp: ({ x, dy }) => dy.mul(x.cos()),
});
