import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), element by element; finite for every finite x.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function softplus(x: Tensor): Tensor {
  return softplusOp([x], {});
}

/** The operation behind {@link softplus}. */
export const softplusOp = defineUnary({
  name: 'softplus',
  lower: (graph, x, dtype) => {
    const small = graph.node('Exp', [graph.node('Neg', [graph.node('Abs', [x])])]);
    const log1p = graph.node('Log', [graph.node('Add', [small, graph.scalar(1, dtype)])]);
    return graph.node('Add', [graph.node('Relu', [x]), log1p]);
  },
  vjp: ({ x, dy }) => dy.mul(x.sigmoid()),
  samples: [
    { shapes: [[2, 3]], params: {} },
    { shapes: [[4]], params: {}, values: { 0: [-1e4, -30, 89, 1e4] } },
  ],
});
