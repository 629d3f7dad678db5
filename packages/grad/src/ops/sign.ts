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
  lower: (graph, x, dtype) => {
    if (graph.supports('Sign')) return graph.node('Sign', [x]);
    const [zero, one] = [graph.scalar(0, dtype), graph.scalar(1, dtype)];
    const isNegative = graph.node('Less', [x, zero]);
    const belowOrZero = graph.node('Where', [isNegative, graph.scalar(-1, dtype), zero]);
    return graph.node('Where', [graph.node('Greater', [x, zero]), one, belowOrZero]);
  },
  vjp: null,
  samples: [
    { shapes: [[2, 3]], params: {} },
    { shapes: [[]], params: {} },
    { shapes: [[6]], params: {}, values: { 0: [-Infinity, -1e-30, -0, 0, 1e30, Infinity] } },
  ],
});
