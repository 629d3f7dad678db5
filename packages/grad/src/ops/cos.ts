import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Cosine of x in radians, element by element.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function cos(x: Tensor): Tensor {
  return cosOp([x], {});
}

/** The operation behind {@link cos}. */
export const cosOp = defineUnary({
  name: 'cos',
  lower: 'Cos',
  vjp: ({ x, dy }) => dy.mul(x.sin()).neg(),
});
