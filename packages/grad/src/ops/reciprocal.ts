import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Reciprocal 1 / x, element by element: infinite at 0.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function reciprocal(x: Tensor): Tensor {
  return reciprocalOp([x], {});
}

/** The operation behind {@link reciprocal}. */
export const reciprocalOp = defineUnary({
  name: 'reciprocal',
  lower: 'Reciprocal',
  vjp: ({ y, dy }) => dy.mul(y.square()).neg(),
  samples: [
    { shapes: [[2, 3]], params: {}, domain: 'nonzero' },
    { shapes: [[]], params: {}, domain: 'nonzero' },
    { shapes: [[4]], params: {}, values: { 0: [-1e30, -1e4, 1e4, 1e30] } },
  ],
});
