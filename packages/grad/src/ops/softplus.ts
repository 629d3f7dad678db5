import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * log(1 + e^x) = max(x, 0) + log(1 + e^-|x|), element by element; finite for every finite x, and
 * positive until e^x underflows.
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
    const one = graph.scalar(1, dtype);
    const small = graph.node('Exp', [graph.node('Neg', [graph.node('Abs', [x])])]);
    const total = graph.node('Add', [small, one]);
    // log(1 + small) with what rounding took from the sum, so that it does not fall to 0 below -17.
    const lost = graph.node('Sub', [small, graph.node('Sub', [total, one])]);
    const log1p = graph.node('Add', [graph.node('Log', [total]), graph.node('Div', [lost, total])]);
    return graph.node('Add', [graph.node('Relu', [x]), log1p]);
  },
  vjp: ({ x, dy }) => dy.mul(x.sigmoid()),
  samples: [
    { shapes: [[2, 3]], params: {} },
    { shapes: [[4]], params: {}, values: { 0: [-1e4, -30, 89, 1e4] } },
  ],
});
