import { ShapeError } from '../errors.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { defineOp, type LowerContext } from '../op.ts';
import { formatShape, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { tapsOf } from './convLowering.ts';
import { only } from './elementwise.ts';
import {
  resolvePool,
  windowAttributes,
  windowCounts,
  type PoolOptions,
  type PoolParams,
} from './window.ts';

/**
 * Largest element of each window along one axis. Elements outside x do not count. Of equal elements
 * the first gets the gradient.
 *
 * @param x - [batch, channels, length].
 * @param kernel - Length of a window.
 * @param options - `stride`: default the kernel. `padding`: at most half the kernel, default 0.
 * `dilation`: default 1.
 * @returns [batch, channels, windows]; elements behind the last whole window are left out.
 * @throws {ShapeError} If x has another number of axes or no window fits.
 * @throws {ConfigError} If an option is out of range.
 */
export function maxPool1d(x: Tensor, kernel: number, options: PoolOptions = {}): Tensor {
  return maxPoolOp([x], resolvePool('maxPool1d', x.shape, { kernel, rank: 1, ...options }));
}

/** {@link maxPool1d} along two axes: x [batch, channels, height, width]. */
export function maxPool2d(
  x: Tensor,
  kernel: number | readonly number[],
  options: PoolOptions = {},
): Tensor {
  return maxPoolOp([x], resolvePool('maxPool2d', x.shape, { kernel, rank: 2, ...options }));
}

/** {@link maxPool1d} along three axes, depth first. */
export function maxPool3d(
  x: Tensor,
  kernel: number | readonly number[],
  options: PoolOptions = {},
): Tensor {
  return maxPoolOp([x], resolvePool('maxPool3d', x.shape, { kernel, rank: 3, ...options }));
}

/** The operation behind {@link maxPool1d} and its companions. */
export const maxPoolOp = defineOp<PoolParams>({
  name: 'maxPool',
  shape: ([x = []], params) => pooledShape('maxPool', x, params),
  lower: (graph, [x = ''], params, context) =>
    graph.supports('MaxPool')
      ? graph.node('MaxPool', [x], windowAttributes(params.kernel, params))
      : lowerBest(graph, x, { params, context }).value,
  vjp: ({ inputs, dy }, params) => {
    const x = only(inputs[0], 'maxPool');
    const from = argMaxPoolOp([x], params).reshape([-1]);
    return [dy.reshape([-1]).scatterAdd(from, x.size).reshape(x.shape)];
  },
  samples: [
    { shapes: [[1, 2, 4, 3]], params: pool([2, 3]), domain: 'distinct' },
    {
      shapes: [[1, 2, 5, 4]],
      params: { ...pool([3, 2]), stride: [1, 2], before: [1, 1], after: [0, 1] },
      domain: 'distinct',
    },
    { shapes: [[2, 1, 7]], params: { ...pool([2]), dilation: [3] }, domain: 'distinct' },
    {
      shapes: [[1, 2, 3, 2, 4]],
      params: { ...pool([2, 1, 2]), stride: [1, 1, 2] },
      domain: 'distinct',
    },
    // Beside numbers below zero the padding must not win.
    {
      shapes: [[1, 1, 2]],
      params: { ...pool([2]), before: [1], after: [1] },
      values: { 0: [-3, -1e4] },
    },
  ],
});

/**
 * Where each window's largest element lies: positions in x as one list, int32; of equal elements the
 * first. No gradient.
 */
export const argMaxPoolOp = defineOp<PoolParams>({
  name: 'argMaxPool',
  shape: ([x = []], params) => pooledShape('argMaxPool', x, params),
  dtype: () => 'int32',
  lower: (graph, [x = ''], params, context) => {
    if (!graph.supports('MaxPool.Indices')) return lowerBest(graph, x, { params, context }).index;
    const attributes = windowAttributes(params.kernel, params);
    const [, indices = ''] = graph.multi('MaxPool', [x], 2, attributes);
    return graph.node('Cast', [indices], { to: 6 });
  },
  vjp: null,
  samples: [
    { shapes: [[1, 2, 4, 3]], params: pool([2, 3]) },
    {
      shapes: [[1, 2, 5, 4]],
      params: { ...pool([3, 2]), stride: [1, 2], before: [1, 1], after: [0, 1] },
    },
    {
      shapes: [[1, 1, 3, 4]],
      params: pool([2, 2]),
      values: { 0: [1, 3, 5, 5, 3, 3, 5, 4, 9, 9, 9, 9] },
    },
    { shapes: [[1, 2, 3, 2, 4]], params: { ...pool([2, 1, 2]), stride: [1, 1, 2] } },
    {
      shapes: [[1, 1, 2]],
      params: { ...pool([2]), before: [1], after: [1] },
      values: { 0: [-3, -1e4] },
    },
  ],
});

interface Lowering {
  readonly params: PoolParams;
  readonly context: LowerContext;
}

/** The largest element of each window and its position, tap by tap. */
function lowerBest(
  graph: GraphBuilder,
  x: string,
  { params, context }: Lowering,
): { readonly value: string; readonly index: string } {
  const { shape = [], dtype = 'float32' } = context.inputs[0] ?? {};
  const size = shape.slice(2);
  const { kernel, before, after, stride, dilation } = params;
  const counts = windowCounts('maxPool', { size, kernel }, params);
  const around = graph.int64s([0, 0, ...before, 0, 0, ...after]);
  const values = graph.node('Pad', [x, around, graph.scalar(-Infinity, dtype)]);
  const range = graph.initializer(
    Int32Array.from({ length: sizeOf(shape) }, (_, i) => i),
    shape,
    'int32',
  );
  const positions = graph.node('Pad', [range, around, graph.scalar(0, 'int32')]);
  const axes = graph.int64s(size.map((_, i) => i + 2));
  const steps = graph.int64s(stride);
  const at = (tap: readonly number[], from: string) => {
    const starts = tap.map((offset, i) => offset * (dilation[i] ?? 1));
    const ends = starts.map((start, i) => start + ((counts[i] ?? 1) - 1) * (stride[i] ?? 1) + 1);
    return graph.node('Slice', [from, graph.int64s(starts), graph.int64s(ends), axes, steps]);
  };
  return tapsOf(kernel)
    .map((tap) => ({ value: at(tap, values), index: at(tap, positions) }))
    .reduce((best, other) => {
      const isLarger = graph.node('Greater', [other.value, best.value]);
      return {
        value: graph.node('Where', [isLarger, other.value, best.value]),
        index: graph.node('Where', [isLarger, other.index, best.index]),
      };
    });
}

/** The shape of a pooled x. */
export function pooledShape(operation: string, x: Shape, params: PoolParams): Shape {
  const size = x.slice(2);
  if (size.length !== params.kernel.length) {
    throw new ShapeError(
      `${operation}: x ${formatShape(x)} does not have two axes more than the kernel ${formatShape(params.kernel)}`,
    );
  }
  return [...x.slice(0, 2), ...windowCounts(operation, { size, kernel: params.kernel }, params)];
}

/** Windows of a sample that lie side by side. */
export function pool(kernel: Shape): PoolParams {
  const all = (value: number) => kernel.map(() => value);
  return { kernel, stride: kernel, dilation: all(1), before: all(0), after: all(0) };
}
