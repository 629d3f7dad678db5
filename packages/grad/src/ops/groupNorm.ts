import { ConfigError, ShapeError } from '../errors.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { defineOp, type LowerContext, type Op } from '../op.ts';
import { formatShape, sameShape, sizeOf, type Shape } from '../shape.ts';
import { ones, zeros, type Tensor, type TensorSpec } from '../tensor.ts';
import { only } from './elementwise.ts';
import { checkEpsilon, lowerInverseRoot } from './layerNorm.ts';

/** Options of {@link instanceNorm} and `batchNorm`. */
export interface ChannelNormOptions {
  /** [channels]: PyTorch's weight. Default ones. */
  readonly scale?: Tensor;
  /** [channels]: PyTorch's bias. Default zeros. */
  readonly shift?: Tensor;
  /** Added to the variance; positive. Default 1e-5. */
  readonly epsilon?: number;
}

/** Options of {@link groupNorm}. */
export interface GroupNormOptions extends ChannelNormOptions {
  /** Channels fall into this many groups of neighbours. */
  readonly groups: number;
}

/**
 * Group normalisation (arXiv:1803.08494): each group of channels of each example gets mean 0 and
 * variance 1, with `epsilon` added to the variance before; then each channel its scale and shift.
 *
 * @param x - [batch, channels, ...size].
 * @returns The shape of `x`.
 * @throws {ShapeError} If x has less than two axes, or `scale` or `shift` is not [channels].
 * @throws {ConfigError} If `groups` does not divide the channels or `epsilon` is not positive.
 */
export function groupNorm(x: Tensor, options: GroupNormOptions): Tensor {
  const { groups } = options;
  const channels = x.shape[1] ?? 0;
  if (!Number.isInteger(groups) || groups < 1 || channels % groups !== 0) {
    throw new ConfigError(
      `groupNorm: groups = ${groups} does not divide the ${channels} channels of ${formatShape(x.shape)}`,
    );
  }
  return normalised('groupNorm', x, options);
}

/**
 * Instance normalisation (arXiv:1607.08022): {@link groupNorm} of each channel by itself.
 *
 * @param x - [batch, channels, ...size].
 * @returns The shape of `x`.
 * @throws {ShapeError} If x has less than two axes, or `scale` or `shift` is not [channels].
 * @throws {ConfigError} If `epsilon` is not positive.
 */
export function instanceNorm(x: Tensor, options: ChannelNormOptions = {}): Tensor {
  return normalised('instanceNorm', x, { ...options, groups: x.shape[1] ?? 1 });
}

function normalised(operation: string, x: Tensor, options: GroupNormOptions): Tensor {
  const channels = [x.shape[1] ?? 1];
  const { groups, scale = ones(channels, x.dtype), shift = zeros(channels, x.dtype) } = options;
  return groupNormOp([x, scale, shift], {
    groups,
    epsilon: checkEpsilon(operation, options.epsilon),
  });
}

/** Groups and epsilon of {@link groupNormOp}. */
export interface GroupNormParams extends Readonly<Record<string, unknown>> {
  readonly groups: number;
  readonly epsilon: number;
}

/**
 * The operation behind {@link groupNorm}. Its outputs are y and, for the gradient, x before scale and
 * shift, and the inverse deviation of each group, [batch, groups, 1].
 */
export const groupNormOp: Op<GroupNormParams> = defineOp<GroupNormParams>({
  name: 'groupNorm',
  shape: ([x = [], scale = [], shift = []], { groups }) => {
    const [batch = 0, channels = 0] = x;
    if (x.length < 2 || !sameShape(scale, [channels]) || !sameShape(shift, [channels])) {
      throw new ShapeError(
        `groupNorm: ${[x, scale, shift].map(formatShape).join(', ')} do not fit; expected [batch, channels, ...size] and two vectors [channels]`,
      );
    }
    return [x, x, [batch, groups, 1]];
  },
  dtype: ([dtype = 'float32']) => [dtype, dtype, dtype],
  lower: (graph, inputs, params, context) => lowerGroupNorm(graph, inputs, { params, context }),
  vjp: ({ inputs: [x, scale], outputs: [, normal, inverse], dys }, { groups }) =>
    gradients(
      {
        scale: only(scale, 'groupNorm'),
        normal: only(normal, 'groupNorm'),
        inverse: only(inverse, 'groupNorm'),
      },
      { dys, groups, shape: only(x, 'groupNorm').shape },
    ),
  samples: [
    { shapes: [[2, 4, 3], [4], [4]], params: { groups: 2, epsilon: 1e-5 } },
    { shapes: [[1, 3, 2, 2], [3], [3]], params: { groups: 3, epsilon: 0.1 } },
    { shapes: [[2, 2, 2, 1, 2], [2], [2]], params: { groups: 1, epsilon: 1e-2 } },
    { shapes: [[3, 2], [2], [2]], params: { groups: 1, epsilon: 1e-2 } },
    {
      shapes: [[1, 2, 4], [2], [2]],
      params: { groups: 2, epsilon: 1e-5 },
      // In float32, E[x^2] - E[x]^2 has no digit of the first group's variance.
      values: { 0: [1e4, 1e4 + 0.25, 1e4 + 0.5, 1e4 + 1, -1e4, 1e4, 5e3, 0] },
    },
  ],
});

interface Lowering {
  readonly params: GroupNormParams;
  readonly context: LowerContext;
}

function lowerGroupNorm(
  graph: GraphBuilder,
  [x = '', scale = '', shift = '']: readonly string[],
  { params: { groups, epsilon }, context: { inputs } }: Lowering,
): readonly string[] {
  const [spec = { shape: [], dtype: 'float32' }] = inputs;
  const [batch = 1, channels = 1, ...size] = spec.shape;
  const width = sizeOf(spec.shape) / (batch * groups);
  const rows = graph.node('Reshape', [x, graph.int64s([batch * groups, width])]);
  const [normal, inverse] = lowerStandard(graph, rows, { width, epsilon, spec });
  const planes = graph.node('Reshape', [normal, graph.int64s([batch, channels, sizeOf(size)])]);
  const column = (vector: string) => graph.node('Reshape', [vector, graph.int64s([channels, 1])]);
  const scaled = graph.node('Mul', [planes, column(scale)]);
  const y = graph.node('Add', [scaled, column(shift)]);
  const back = (value: string, shape: Shape) => graph.node('Reshape', [value, graph.int64s(shape)]);
  return [back(y, spec.shape), back(normal, spec.shape), back(inverse, [batch, groups, 1])];
}

/** Rows with mean 0 and variance 1, and their inverse deviations. */
function lowerStandard(
  graph: GraphBuilder,
  rows: string,
  { width, epsilon, spec }: { width: number; epsilon: number; spec: TensorSpec },
): readonly [normal: string, inverse: string] {
  if (graph.supports('LayerNormalization') && spec.dtype === 'float32') {
    const one = graph.initializer(new Float32Array(width).fill(1), [width], 'float32');
    const attributes = { axis: -1, epsilon: { float: epsilon } };
    const [normal = '', , inverse = ''] = graph.multi(
      'LayerNormalization',
      [rows, one],
      3,
      attributes,
    );
    return [normal, inverse];
  }
  const last = graph.int64s([-1]);
  const mean = graph.node('ReduceMean', [rows, last], { keepdims: 1 });
  const centred = graph.node('Sub', [rows, mean]);
  const squares = graph.node('Mul', [centred, centred]);
  const variance = graph.node('ReduceMean', [squares, last], { keepdims: 1 });
  const inverse = lowerInverseRoot(graph, variance, epsilon, spec);
  return [graph.node('Mul', [centred, inverse]), inverse];
}

interface Saved {
  readonly scale: Tensor;
  readonly normal: Tensor;
  readonly inverse: Tensor;
}

interface Cotangents {
  readonly dys: readonly (Tensor | null)[];
  readonly groups: number;
  readonly shape: Shape;
}

/**
 * With n = (x - mean) inverse and g = dy scale + dNormal:
 * dL/dx = inverse (g - mean(g) - n mean(g n)) - n inverse^2 dInverse / width.
 * The means come from sums over each channel, so that whole tensors are read as rarely as possible.
 */
function gradients(
  { scale, normal, inverse }: Saved,
  { dys: [dy = null, dNormal = null, dInverse = null], groups, shape }: Cotangents,
): readonly (Tensor | null)[] {
  const [batch = 1, channels = 1] = shape;
  const width = sizeOf(shape) / (batch * groups);
  const perGroup = [batch, groups, channels / groups, 1];
  const planes = (value: Tensor) =>
    value.reshape([batch, groups, channels / groups, sizeOf(shape) / (batch * channels)]);
  const n = planes(normal);
  const spread = inverse.reshape([batch, groups, 1, 1]);
  const parts: Tensor[] = [];
  const slopes: Tensor[] = [];
  let dScale: Tensor | null = null;
  let dShift: Tensor | null = null;
  const add = (g: Tensor, factor: Tensor | null) => {
    const sums = g.sum(3, { keepDims: true });
    const products = g.mul(n).sum(3, { keepDims: true });
    const weigh = (value: Tensor) => (factor ? value.mul(factor) : value);
    const mean = (value: Tensor) =>
      weigh(value)
        .sum(2, { keepDims: true })
        .mul(1 / width);
    parts.push(g.mul(weigh(spread)).sub(mean(sums).mul(spread)));
    slopes.push(mean(products).mul(spread));
    return { sums, products };
  };
  if (dy) {
    const { sums, products } = add(planes(dy), scale.reshape(perGroup.with(0, 1)));
    dScale = products.sum([0, 3]).reshape([channels]);
    dShift = sums.sum([0, 3]).reshape([channels]);
  }
  if (dNormal) add(planes(dNormal), null);
  if (dInverse) {
    slopes.push(
      dInverse
        .reshape([batch, groups, 1, 1])
        .mul(spread.square())
        .mul(1 / width),
    );
  }
  const slope = slopes.reduce((total, part) => total.add(part));
  const along = n.mul(slope);
  const dx =
    parts.length === 0 ? along.neg() : parts.reduce((total, part) => total.add(part)).sub(along);
  return [dx.reshape(shape), dScale, dShift];
}
