import { defineOp } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { sizeOf, type Shape } from '../shape.ts';
import { ones, tensor, type Tensor, type TensorSpec } from '../tensor.ts';
import { tapsOf } from './convLowering.ts';
import { convTransposeOp } from './convOps.ts';
import { only } from './elementwise.ts';
import { pool, pooledShape } from './maxPool.ts';
import {
  axisOf,
  resolvePool,
  windowAttributes,
  windowCounts,
  type Padding,
  type PerAxis,
  type PoolParams,
  type Windows,
} from './window.ts';

/** Options of average pooling. */
export interface AvgPoolOptions {
  /** Default the kernel. */
  readonly stride?: PerAxis;
  /** Zeros around x, at most half the kernel on each side. Default 0. */
  readonly padding?: Padding;
  /** Whether those zeros count in the mean; else it is that of the elements of x. Default true. */
  readonly countIncludePad?: boolean;
}

/**
 * Mean of each window along one axis.
 *
 * @param x - [batch, channels, length].
 * @param kernel - Length of a window.
 * @returns [batch, channels, windows]; elements behind the last whole window are left out.
 * @throws {ShapeError} If x has another number of axes or no window fits.
 * @throws {ConfigError} If an option is out of range.
 */
export function avgPool1d(x: Tensor, kernel: number, options: AvgPoolOptions = {}): Tensor {
  return avgPool('avgPool1d', x, { kernel, rank: 1, ...options });
}

/** {@link avgPool1d} along two axes: x [batch, channels, height, width]. */
export function avgPool2d(
  x: Tensor,
  kernel: number | readonly number[],
  options: AvgPoolOptions = {},
): Tensor {
  return avgPool('avgPool2d', x, { kernel, rank: 2, ...options });
}

/** {@link avgPool1d} along three axes, depth first. */
export function avgPool3d(
  x: Tensor,
  kernel: number | readonly number[],
  options: AvgPoolOptions = {},
): Tensor {
  return avgPool('avgPool3d', x, { kernel, rank: 3, ...options });
}

function avgPool(
  operation: string,
  x: Tensor,
  {
    countIncludePad = true,
    ...options
  }: AvgPoolOptions & { readonly kernel: PerAxis; readonly rank: number },
): Tensor {
  return avgPoolOp([x], { ...resolvePool(operation, x.shape, options), countIncludePad });
}

/** Windows of average pooling. */
export interface AvgPoolParams extends PoolParams {
  readonly countIncludePad: boolean;
}

/** The operation behind {@link avgPool1d} and its companions. */
export const avgPoolOp = defineOp<AvgPoolParams>({
  name: 'avgPool',
  shape: ([x = []], params) => pooledShape('avgPool', x, params),
  lower: (graph, [x = ''], params, { inputs: [spec] }) => {
    // ONNX Runtime's kernel is of float32.
    if (!graph.supports('AveragePool') || spec?.dtype !== 'float32') {
      return lowerMeans(graph, x, params, spec);
    }
    const attributes = windowAttributes(params.kernel, params);
    const countsPadding = params.countIncludePad ? 1 : 0;
    return graph.node('AveragePool', [x], { ...attributes, count_include_pad: countsPadding });
  },
  // Each element gets its share of every window that it is in.
  vjp: ({ inputs, dy }, params) => {
    const x = only(inputs[0], 'avgPool');
    const [batch = 1, channels = 1, ...counts] = dy.shape;
    const size = x.shape.slice(2);
    const shares = tensor(sharesOf(size, params), { shape: [1, 1, ...counts], dtype: x.dtype });
    const planes = dy.reshape([batch * channels, 1, ...counts]).mul(shares);
    const kernel = ones([1, 1, ...params.kernel], x.dtype);
    const spread = convTransposeOp([planes, kernel], { ...windowsOf(params), groups: 1, size });
    return [spread.reshape(x.shape)];
  },
  samples: [
    { shapes: [[1, 2, 4, 3]], params: { ...pool([2, 3]), countIncludePad: true } },
    {
      shapes: [[1, 2, 5, 4]],
      params: {
        ...pool([3, 2]),
        stride: [1, 2],
        before: [1, 1],
        after: [0, 1],
        countIncludePad: true,
      },
    },
    {
      shapes: [[1, 2, 5, 4]],
      params: {
        ...pool([3, 2]),
        stride: [2, 1],
        before: [1, 0],
        after: [1, 1],
        countIncludePad: false,
      },
    },
    { shapes: [[2, 1, 7]], params: { ...pool([2]), countIncludePad: true } },
    {
      shapes: [[1, 2, 3, 2, 4]],
      params: { ...pool([2, 1, 2]), stride: [1, 1, 2], countIncludePad: true },
    },
  ],
});

function windowsOf({ stride, dilation, before, after }: Windows): Windows {
  return { stride, dilation, before, after };
}

/** 1 over the number of elements that count in each window. */
function sharesOf(size: Shape, params: AvgPoolParams): readonly number[] {
  const counts = windowCounts('avgPool', { size, kernel: params.kernel }, params);
  return tapsOf(counts).map((window) =>
    window.reduce((share, at, i) => {
      const { stride, before } = axisOf(params, i);
      const length = params.kernel[i] ?? 1;
      const first = at * stride - before;
      const inside = Math.min(first + length, size[i] ?? 1) - Math.max(first, 0);
      return share / (params.countIncludePad ? length : inside);
    }, 1),
  );
}

/** The means as the sum of the taps of all windows. */
function lowerMeans(
  graph: GraphBuilder,
  x: string,
  params: AvgPoolParams,
  { shape, dtype }: TensorSpec = { shape: [], dtype: 'float32' },
): string {
  const size = shape.slice(2);
  const counts = windowCounts('avgPool', { size, kernel: params.kernel }, params);
  const around = graph.int64s([0, 0, ...params.before, 0, 0, ...params.after]);
  const padded = graph.node('Pad', [x, around, graph.scalar(0, dtype)]);
  const axes = graph.int64s(size.map((_, i) => i + 2));
  const taps = tapsOf(params.kernel).map((tap) => {
    const ends = tap.map((at, i) => at + ((counts[i] ?? 1) - 1) * (params.stride[i] ?? 1) + 1);
    const bounds = [graph.int64s(tap), graph.int64s(ends), axes, graph.int64s(params.stride)];
    return graph.node('Slice', [padded, ...bounds]);
  });
  const total = taps.reduce((sum, tap) => graph.node('Add', [sum, tap]));
  const shares = graph.constant(sharesOf(size, params), [1, 1, ...counts], dtype);
  return sizeOf(params.kernel) === 1 ? total : graph.node('Mul', [total, shares]);
}
