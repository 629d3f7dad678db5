import { ConfigError } from '../errors.ts';
import { defineOp } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';

/**
 * ELU: x above 0, else alpha (e^x - 1), element by element (arXiv:1511.07289).
 *
 * @param x - Any shape.
 * @param alpha - Minus the limit for x to -infinity. Default 1.
 * @returns The shape of `x`.
 * @throws {ConfigError} If `alpha` is not finite.
 */
export function elu(x: Tensor, alpha = 1): Tensor {
  if (!Number.isFinite(alpha)) throw new ConfigError(`elu: alpha = ${alpha} is not finite`);
  return eluOp([x], { alpha });
}

/** The operation behind {@link elu}. */
export const eluOp = defineOp<{ alpha: number }>({
  name: 'elu',
  shape: ([x = []]) => x,
  lower: (graph, [x = ''], { alpha }, { inputs: [spec] }) => {
    const dtype = spec?.dtype ?? 'float32';
    // ONNX Runtime has no float64 kernel of Elu.
    if (dtype === 'float32' && graph.supports('Elu')) {
      return graph.node('Elu', [x], { alpha: { float: alpha } });
    }
    const negative = graph.node('Exp', [graph.node('Min', [x, graph.scalar(0, dtype)])]);
    const scaled = graph.node('Mul', [
      graph.node('Sub', [negative, graph.scalar(1, dtype)]),
      graph.scalar(alpha, dtype),
    ]);
    const isPositive = graph.node('Greater', [x, graph.scalar(0, dtype)]);
    return graph.node('Where', [isPositive, x, scaled]);
  },
  // alpha e^x = y + alpha.
  vjp: ({ inputs: [x], y, dy }, { alpha }) => [
    only(x, 'elu')
      .greater(0)
      .where(dy, dy.mul(y.add(alpha))),
  ],
  samples: [
    { shapes: [[2, 3]], params: { alpha: 1 } },
    { shapes: [[]], params: { alpha: 0.5 } },
    { shapes: [[4]], params: { alpha: 2 }, values: { 0: [-1e4, -30, 30, 1e4] } },
  ],
});
