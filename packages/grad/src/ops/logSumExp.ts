import type { DType } from '../dtype.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import {
  defineReduction,
  reduce,
  type ReductionOptions,
  type ReductionParams,
} from './reduction.ts';

/**
 * Logarithm of the sum of exponentials along axes, safe for large elements: -infinity, with gradient 0, if
 * all are -infinity.
 *
 * @param x - Any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function logSumExp(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce(logSumExpOp, x, axes, options);
}

/** The operation behind {@link logSumExp}. */
export const logSumExpOp = defineReduction({
  name: 'logSumExp',
  lower: lowerLogSumExp,
  accepts: 'float',
  // Not exp(x - y): for large x, y has lost the digits that the difference needs.
  vjp: ({ x, dy, spread }, { axes }) => {
    const largest = x.max(axes, { keepDims: true }).stopGradient();
    // Where every element is -infinity there is nothing to subtract, and no weight.
    const weights = x.sub(largest.equal(-Infinity).where(0, largest)).exp();
    const total = weights.sum(axes, { keepDims: true });
    return spread(dy).mul(weights.div(total.equal(0).where(1, total)));
  },
  samples: [
    {
      shapes: [[3, 3]],
      params: { axes: [1], keepDims: false },
      values: { 0: [1e4, 1e4 - 1, -1e4, -1e4, -1e4 + 1, -2e4, 0, -Infinity, 1] },
    },
    {
      shapes: [[4, 2]],
      params: { axes: [1], keepDims: true },
      values: { 0: [-Infinity, -1e4, -Infinity, 1, 1e30, -1e30, 1e30, 1e30] },
      differentiable: 0,
    },
  ],
});

/**
 * Not ReduceLogSumExp: ONNX Runtime 1.30 does not look for the largest element of a row that begins with
 * -infinity, so that -1e4 after it underflows.
 */
function lowerLogSumExp(
  graph: GraphBuilder,
  x: string,
  { axes, keepDims }: ReductionParams,
  dtype: DType,
): string {
  if (axes.length === 0) return graph.node('Identity', [x]);
  const along = graph.int64s(axes);
  const largest = graph.node('ReduceMax', [x, along], { keepdims: 1 });
  // An infinity would give NaN with itself; less 0 it is what it should be.
  const isInfinite = graph.node('Equal', [
    graph.node('Abs', [largest]),
    graph.scalar(Infinity, dtype),
  ]);
  const shift = graph.node('Where', [isInfinite, graph.scalar(0, dtype), largest]);
  const exponentials = graph.node('Exp', [graph.node('Sub', [x, shift])]);
  const total = graph.node('ReduceSum', [exponentials, along], { keepdims: 1 });
  const result = graph.node('Add', [graph.node('Log', [total]), shift]);
  return keepDims ? result : graph.node('Squeeze', [result, along]);
}
