import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Reciprocal of the square root, element by element: infinite at 0, NaN below.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function rsqrt(x: Tensor): Tensor {
  return rsqrtOp([x], {});
}

/** The operation behind {@link rsqrt}. */
export const rsqrtOp = defineUnary({
  name: 'rsqrt',
  lower: (graph, x) => graph.node('Reciprocal', [graph.node('Sqrt', [x])]),
  vjp: ({ x, y, dy }) => dy.mul(y.div(x)).mul(-0.5),
  samples: [
    { shapes: [[2, 3]], params: {}, domain: 'positive' },
    { shapes: [[]], params: {}, domain: 'positive' },
    { shapes: [[3]], params: {}, values: { 0: [1, 1e4, 2 ** 100] } },
  ],
});
