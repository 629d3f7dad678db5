import { defineOp, type Op } from '../op.ts';
import { ones, type Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';
import { checkEpsilon, checkWidths, lowerInverseRoot, type LayerNormOptions } from './layerNorm.ts';
import { sumTo } from './sumTo.ts';

/**
 * Root-mean-square normalisation along the last axis (arXiv:1910.07467): y = x / sqrt(mean(x^2) +
 * epsilon) scale. Squares overflow float32 where |x| exceeds 1e19; y is then 0.
 *
 * @param x - [..., dModel].
 * @param options - `scale`: [dModel], default 1. `epsilon`: added to the mean square; positive, default
 * 1e-5.
 * @returns The shape of `x`.
 * @throws {ShapeError} If `x` is a scalar or `scale` is not [dModel].
 * @throws {ConfigError} If `epsilon` is not positive.
 */
export function rmsNorm(x: Tensor, options: Omit<LayerNormOptions, 'shift'> = {}): Tensor {
  const { scale = ones([x.shape.at(-1) ?? 1], x.dtype), epsilon } = options;
  return rmsNormOp([x, scale], { epsilon: checkEpsilon('rmsNorm', epsilon) });
}

/**
 * The operation behind {@link rmsNorm}. Its outputs are y and, for the gradient, the inverse root of
 * each row, [..., 1].
 */
export const rmsNormOp: Op<{ epsilon: number }> = defineOp<{ epsilon: number }>({
  name: 'rmsNorm',
  shape: (shapes) => {
    checkWidths('rmsNorm', shapes);
    const [x = []] = shapes;
    return [x, [...x.slice(0, -1), 1]];
  },
  dtype: ([dtype = 'float32']) => [dtype, dtype],
  lower: (graph, inputs, { epsilon }, { inputs: [spec] }) => {
    const [x = '', scale = ''] = inputs;
    // An attribute is of float32 and would cut the epsilon of float64.
    if (graph.supports('SimplifiedLayerNormalization') && spec?.dtype === 'float32') {
      const attributes = { axis: -1, epsilon: { float: epsilon } };
      return graph.multi('SimplifiedLayerNormalization', inputs, 2, attributes);
    }
    const squares = graph.node('Mul', [x, x]);
    const mean = graph.node('ReduceMean', [squares, graph.int64s([-1])], { keepdims: 1 });
    const inverse = lowerInverseRoot(graph, mean, epsilon, spec);
    return [graph.node('Mul', [graph.node('Mul', [x, inverse]), scale]), inverse];
  },
  // With n = x inverse and g = dy scale:
  // dL/dx = inverse (g - n mean(g n)) - n inverse^2 dInverse / dModel.
  vjp: ({ inputs, outputs, dys: [dy, dInverse] }) => {
    const x = only(inputs[0], 'rmsNorm');
    const scale = only(inputs[1], 'rmsNorm');
    const inverse = only(outputs[1], 'rmsNorm');
    const normal = x.mul(inverse);
    const cotangents: Tensor[] = [];
    if (dy) {
      const g = dy.mul(scale);
      const along = normal.mul(g.mul(normal).mean(-1, { keepDims: true }));
      cotangents.push(g.sub(along).mul(inverse));
    }
    if (dInverse) {
      const share = -1 / (x.shape.at(-1) ?? 1);
      cotangents.push(normal.mul(dInverse.mul(inverse.square()).mul(share)));
    }
    return [
      cotangents.reduce((total, part) => total.add(part)),
      dy ? sumTo(dy.mul(normal), scale.shape) : null,
    ];
  },
  samples: [
    { shapes: [[3, 5], [5]], params: { epsilon: 1e-5 } },
    { shapes: [[2, 2, 4], [4]], params: { epsilon: 0.1 } },
    { shapes: [[2, 1], [1]], params: { epsilon: 1e-2 } },
    { shapes: [[1, 3], [3]], params: { epsilon: 1e-5 }, values: { 0: [1e4, -1e4, 1] } },
  ],
});
