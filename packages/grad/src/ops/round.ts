import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { DType } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import { defineUnary, roundingSamples } from './elementwise.ts';

/**
 * Nearest integer, element by element; halves go to the even neighbour, as in IEEE 754 and PyTorch and
 * unlike `Math.round`. No gradient flows.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function round(x: Tensor): Tensor {
  return roundOp([x], {});
}

/** The operation behind {@link round}. */
export const roundOp = defineUnary({
  name: 'round',
  lower: (graph, x, dtype) =>
    graph.supports('Round') ? graph.node('Round', [x]) : composedRound(graph, x, dtype),
  vjp: null,
  samples: roundingSamples,
});

/** Not floor(x + 1/2), whose sum is rounded where floats lie 1 apart. */
function composedRound(graph: GraphBuilder, x: string, dtype: DType): string {
  const half = graph.scalar(0.5, dtype);
  const below = graph.node('Floor', [x]);
  const above = graph.node('Add', [below, graph.scalar(1, dtype)]);
  const fraction = graph.node('Sub', [x, below]);
  const halfOfBelow = graph.node('Mul', [below, half]);
  const isEven = graph.node('Equal', [graph.node('Floor', [halfOfBelow]), halfOfBelow]);
  const even = graph.node('Where', [isEven, below, above]);
  const nearest = graph.node('Where', [graph.node('Greater', [fraction, half]), above, below]);
  return graph.node('Where', [graph.node('Equal', [fraction, half]), even, nearest]);
}
