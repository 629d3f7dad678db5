import { defineOp, type Op } from '../op.ts';
import { ConfigError, ShapeError } from '../errors.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { formatShape, type Shape } from '../shape.ts';
import { ones, zeros, type Tensor, type TensorSpec } from '../tensor.ts';
import { only } from './elementwise.ts';
import { sumTo } from './sumTo.ts';

/** Options of {@link layerNorm}. */
export interface LayerNormOptions {
  /** [dModel], PyTorch's weight. Default 1. */
  readonly scale?: Tensor;
  /** [dModel], PyTorch's bias. Default 0. */
  readonly shift?: Tensor;
  /** Added to the variance; positive. Default 1e-5. */
  readonly epsilon?: number;
}

/**
 * Layer normalisation along the last axis (arXiv:1607.06450): y = (x - mean) / sqrt(variance + epsilon)
 * scale + shift, with the variance of all `dModel` entries, not of a sample. The variance is that of
 * the differences from the mean, so it keeps its digits where x lies far from 0.
 *
 * @param x - [..., dModel].
 * @returns The shape of `x`.
 * @throws {ShapeError} If `x` is a scalar, or `scale` or `shift` is not [dModel].
 * @throws {ConfigError} If `epsilon` is not positive.
 */
export function layerNorm(x: Tensor, options: LayerNormOptions = {}): Tensor {
  const width = [x.shape.at(-1) ?? 1];
  const { scale = ones(width, x.dtype), shift = zeros(width, x.dtype), epsilon } = options;
  return layerNormOp([x, scale, shift], { epsilon: checkEpsilon('layerNorm', epsilon) });
}

/** A default or a setting that must be positive. */
export function checkEpsilon(operation: string, epsilon = 1e-5): number {
  if (!(epsilon > 0)) throw new ConfigError(`${operation}: epsilon = ${epsilon} is not positive`);
  return epsilon;
}

/** Checks that `scale`, and what may follow, has an entry for each of the last axis of x. */
export function checkWidths(operation: string, [x = [], ...vectors]: readonly Shape[]): void {
  const width = x.at(-1);
  for (const vector of vectors) {
    if (width === undefined || vector.length !== 1 || vector[0] !== width) {
      throw new ShapeError(
        `${operation}: ${[x, ...vectors].map(formatShape).join(', ')} do not fit; expected [..., dModel] and vectors [dModel]`,
      );
    }
  }
}

/**
 * The operation behind {@link layerNorm}. Its outputs are y and, for the gradient, mean and inverse
 * deviation of each row, [..., 1].
 */
export const layerNormOp: Op<{ epsilon: number }> = defineOp<{ epsilon: number }>({
  name: 'layerNorm',
  shape: (shapes) => {
    checkWidths('layerNorm', shapes);
    const [x = []] = shapes;
    const row = [...x.slice(0, -1), 1];
    return [x, row, row];
  },
  dtype: ([dtype = 'float32']) => [dtype, dtype, dtype],
  lower: (graph, inputs, { epsilon }, { inputs: [spec] }) =>
    // An attribute is of float32 and would cut the epsilon of float64.
    graph.supports('LayerNormalization') && spec?.dtype === 'float32'
      ? graph.multi('LayerNormalization', inputs, 3, { axis: -1, epsilon: { float: epsilon } })
      : lowerComposed(graph, inputs, epsilon, spec),
  // With n = (x - mean) inverse and g = dy scale:
  // dL/dx = inverse (g - mean(g) - n mean(g n)) + (dMean - n inverse^2 dInverse) / dModel.
  vjp: ({ inputs, outputs, dys: [dy, dMean, dInverse] }) => {
    const x = only(inputs[0], 'layerNorm');
    const scale = only(inputs[1], 'layerNorm');
    const mean = only(outputs[1], 'layerNorm');
    const inverse = only(outputs[2], 'layerNorm');
    const normal = x.sub(mean).mul(inverse);
    const cotangents: Tensor[] = [];
    if (dy) {
      const g = dy.mul(scale);
      const along = normal.mul(g.mul(normal).mean(-1, { keepDims: true }));
      cotangents.push(
        g
          .sub(g.mean(-1, { keepDims: true }))
          .sub(along)
          .mul(inverse),
      );
    }
    const share = 1 / (x.shape.at(-1) ?? 1);
    if (dMean) cotangents.push(dMean.mul(share).expand(x.shape));
    if (dInverse) cotangents.push(normal.mul(dInverse.mul(inverse.square()).mul(-share)));
    return [
      cotangents.reduce((total, part) => total.add(part)),
      dy ? sumTo(dy.mul(normal), scale.shape) : null,
      dy ? sumTo(dy, scale.shape) : null,
    ];
  },
  samples: [
    { shapes: [[3, 5], [5], [5]], params: { epsilon: 1e-5 } },
    { shapes: [[2, 2, 4], [4], [4]], params: { epsilon: 0.1 } },
    { shapes: [[2, 1], [1], [1]], params: { epsilon: 1e-2 } },
    {
      shapes: [[2, 4], [4], [4]],
      params: { epsilon: 1e-5 },
      // In float32, E[x^2] - E[x]^2 has no digit of the first row's variance. Central differences lose
      // digits here too.
      slack: 5,
      values: { 0: [1e4, 1e4 + 0.25, 1e4 + 0.5, 1e4 + 1, -1e4, 1e4, 5e3, 0] },
    },
  ],
});

function lowerComposed(
  graph: GraphBuilder,
  [x = '', scale = '', shift = '']: readonly string[],
  epsilon: number,
  spec: TensorSpec | undefined,
): readonly string[] {
  const last = graph.int64s([-1]);
  const mean = graph.node('ReduceMean', [x, last], { keepdims: 1 });
  const centred = graph.node('Sub', [x, mean]);
  const squares = graph.node('Mul', [centred, centred]);
  const variance = graph.node('ReduceMean', [squares, last], { keepdims: 1 });
  const inverse = lowerInverseRoot(graph, variance, epsilon, spec);
  const normal = graph.node('Mul', [centred, inverse]);
  const y = graph.node('Add', [graph.node('Mul', [normal, scale]), shift]);
  return [y, mean, inverse];
}

/** 1 / sqrt(x + epsilon). */
export function lowerInverseRoot(
  graph: GraphBuilder,
  x: string,
  epsilon: number,
  spec: TensorSpec | undefined,
): string {
  const raised = graph.node('Add', [x, graph.scalar(epsilon, spec?.dtype ?? 'float32')]);
  return graph.node('Reciprocal', [graph.node('Sqrt', [raised])]);
}
