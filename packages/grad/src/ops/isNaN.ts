import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Whether x is not a number, element by element, as bool; no gradient flows.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function isNaN(x: Tensor): Tensor {
  return isNaNOp([x], {});
}

/** The operation behind {@link isNaN}. */
export const isNaNOp = defineUnary({
  name: 'isNaN',
  dtype: 'bool',
  lower: (graph, x) =>
    graph.supports('IsNaN')
      ? graph.node('IsNaN', [x])
      : graph.node('Not', [graph.node('Equal', [x, x])]),
  vjp: null,
  samples: [
    { shapes: [[2, 3]], params: {} },
    { shapes: [[5]], params: {}, values: { 0: [-Infinity, NaN, 0, 1e30, Infinity] } },
  ],
});
