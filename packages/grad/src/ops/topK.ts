import { ShapeError } from '../errors.ts';
import { defineOp, type LowerContext } from '../op.ts';
import { formatShape, resolveAxis } from '../shape.ts';
import { zeros, type Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';
import { lowerStableTopK } from './stableTopK.ts';

/** Options of {@link topK}. */
export interface TopKOptions {
  /** Negative counts from the end. Default -1. */
  readonly axis?: number;
  /** Whether the largest elements are wanted, or the smallest. Default true. */
  readonly largest?: boolean;
}

/** Elements in order, and where they were. */
export interface Ordered {
  /** Gradients flow to the elements that were chosen. */
  readonly values: Tensor;
  /** int64; no gradient flows. */
  readonly indices: Tensor;
}

/**
 * The k largest elements along an axis, in descending order, or the k smallest in ascending order. Of
 * equal elements the one with the lower index comes first, on every backend. The order of NaN is
 * undefined. On WebGPU k goes up to 4096.
 *
 * @param x - Any shape but a scalar.
 * @param k - From 1 to the size of the axis.
 * @returns Values and indices, of the shape of `x` with k along the axis.
 * @throws {ShapeError} If `axis` or `k` is out of range, or `x` is bool.
 */
export function topK(x: Tensor, k: number, options: TopKOptions = {}): Ordered {
  const axis = resolveAxis('topK', options.axis ?? -1, x.shape);
  const [values, indices] = topKOp.all([x], { k, axis, isLargest: options.largest ?? true });
  return { values: only(values, 'topK'), indices: only(indices, 'topK') };
}

/**
 * Which elements are among the k largest (or smallest) along an axis: exactly k in each line, those with
 * the lower index of equal ones.
 *
 * @param x - Any shape but a scalar.
 * @param k - From 1 to the size of the axis.
 * @returns bool, the shape of `x`; no gradient flows.
 * @throws {ShapeError} If `axis` or `k` is out of range, or `x` is bool.
 */
export function topKMask(x: Tensor, k: number, options: TopKOptions = {}): Tensor {
  const { indices } = topK(x, k, options);
  return zeros(x.shape)
    .putAlongAxis(indices, 1, options.axis ?? -1)
    .cast('bool');
}

/** Parameters of {@link topKOp}, resolved. */
export interface TopKParams extends Readonly<Record<string, unknown>> {
  readonly k: number;
  readonly axis: number;
  readonly isLargest: boolean;
}

/** The operation behind {@link topK} and `sort`. */
export const topKOp = defineOp<TopKParams>({
  name: 'topK',
  accepts: 'number',
  shape: ([x = []], { k, axis }) => {
    const size = x[axis] ?? 0;
    if (!Number.isInteger(k) || k < 1 || k > size) {
      throw new ShapeError(
        `topK: k = ${k} is not an integer from 1 to ${size}, the size of axis ${axis} of ${formatShape(x)}`,
      );
    }
    return [x.with(axis, k), x.with(axis, k)];
  },
  dtype: ([x = 'float32']) => [x, 'int64'],
  lower: (graph, [x = ''], params, context: LowerContext) =>
    // No operator but a property: ONNX Runtime's CPU kernels put the lower index first, WebGPU's do not.
    graph.supports('TopK with stable ties')
      ? graph.multi('TopK', [x, graph.int64s([params.k])], 2, {
          axis: params.axis,
          largest: Number(params.isLargest),
        })
      : lowerStableTopK(graph, x, params, only(context.inputs[0], 'topK')),
  vjp: ({ inputs: [input], outputs: [, indices], dy }, { axis }) => {
    const x = only(input, 'topK');
    return [zeros(x.shape, x.dtype).addAlongAxis(only(indices, 'topK'), dy, axis)];
  },
  samples: [
    { shapes: [[2, 5]], params: { k: 2, axis: 1, isLargest: true }, domain: 'distinct' },
    { shapes: [[4, 3]], params: { k: 3, axis: 0, isLargest: false }, domain: 'distinct' },
    { shapes: [[2, 1]], params: { k: 1, axis: 1, isLargest: true } },
    {
      shapes: [[3, 6]],
      params: { k: 4, axis: 1, isLargest: true },
      values: { 0: [1, 2, 2, 1, 2, 1, 0, -0, 0, 0, 0, 0, 3, -1, 3, 5, -1, 3] },
      differentiable: 0,
    },
    {
      shapes: [[12]],
      params: { k: 12, axis: 0, isLargest: false },
      values: { 0: [1, 0, 1, 0, 1, 2, 2, 1, 0, 0, 1, -1] },
      differentiable: 0,
    },
  ],
});
