import { ConfigError } from '../errors.ts';
import type { Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { defineReduction, reduce, type ReductionOptions } from './reduction.ts';

/** Options of {@link norm}. */
export interface NormOptions extends ReductionOptions {
  /** 1 for the sum of magnitudes, 2 for the Euclidean length. Default 2. */
  readonly order?: 1 | 2;
}

/**
 * Norm of the elements along axes: (sum |x|^order)^(1/order). The squares neither overflow nor underflow,
 * and the gradient where all elements are 0 is 0, as in PyTorch.
 *
 * @param x - Any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ConfigError} If `order` is neither 1 nor 2.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function norm(x: Tensor, axes?: Axes, options: NormOptions = {}): Tensor {
  const order: number = options.order ?? 2;
  if (order === 1) return x.abs().sum(axes, options);
  if (order !== 2) throw new ConfigError(`norm: order = ${order}; expected 1 or 2`);
  return reduce(normOp, x, axes, options);
}

/** The operation behind {@link norm} of order 2. */
export const normOp = defineReduction({
  name: 'norm',
  accepts: 'float',
  lower: (graph, x, { axes, keepDims }, dtype) => {
    const sizes = graph.node('Abs', [x]);
    if (axes.length === 0) return sizes;
    const along = graph.int64s(axes);
    const largest = graph.node('ReduceMax', [sizes, along], { keepdims: 1 });
    const [zero, infinity] = [graph.scalar(0, dtype), graph.scalar(Infinity, dtype)];
    const one = graph.scalar(1, dtype);
    const positive = graph.node('Where', [graph.node('Equal', [largest, zero]), one, largest]);
    const isInfinite = graph.node('Equal', [largest, infinity]);
    const scale = graph.node('Where', [isInfinite, one, positive]);
    const scaled = graph.node('Div', [x, scale]);
    const squares = graph.node('Mul', [scaled, scaled]);
    const total = graph.node('ReduceSum', [squares, along], { keepdims: 1 });
    const length = graph.node('Mul', [graph.node('Sqrt', [total]), scale]);
    return keepDims ? length : graph.node('Squeeze', [length, along]);
  },
  vjp: ({ x, y, dy, spread }) => spread(dy).mul(x.div(spread(y.equal(0).where(1, y)))),
  samples: [
    {
      shapes: [[3, 2]],
      params: { axes: [1], keepDims: false },
      values: { 0: [0, 0, 1e4, -1e4, 3, -4] },
      differentiable: 0,
    },
    {
      shapes: [[4, 2]],
      params: { axes: [1], keepDims: true },
      values: { 0: [1e30, -1e30, 3e-30, 4e-30, -Infinity, 1, NaN, 1] },
      differentiable: 0,
    },
  ],
});
