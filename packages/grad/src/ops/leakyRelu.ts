import { ConfigError } from '../errors.ts';
import { defineOp } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';

/**
 * x above 0, else slope times x, element by element; the gradient at 0 is `slope`, as in PyTorch.
 *
 * @param x - Any shape.
 * @param slope - Default 0.01, as in PyTorch.
 * @returns The shape of `x`.
 * @throws {ConfigError} If `slope` is not finite.
 */
export function leakyRelu(x: Tensor, slope = 0.01): Tensor {
  if (!Number.isFinite(slope)) throw new ConfigError(`leakyRelu: slope = ${slope} is not finite`);
  return leakyReluOp([x], { slope });
}

/** The operation behind {@link leakyRelu}. */
export const leakyReluOp = defineOp<{ slope: number }>({
  name: 'leakyRelu',
  shape: ([x = []]) => x,
  lower: (graph, [x = ''], { slope }, { inputs: [spec] }) => {
    const dtype = spec?.dtype ?? 'float32';
    // ONNX Runtime has no float64 kernel of LeakyRelu.
    if (dtype === 'float32' && graph.supports('LeakyRelu')) {
      return graph.node('LeakyRelu', [x], { alpha: { float: slope } });
    }
    const isPositive = graph.node('Greater', [x, graph.scalar(0, dtype)]);
    const scaled = graph.node('Mul', [x, graph.scalar(slope, dtype)]);
    return graph.node('Where', [isPositive, x, scaled]);
  },
  vjp: ({ inputs: [x], dy }, { slope }) => [
    only(x, 'leakyRelu').greater(0).where(dy, dy.mul(slope)),
  ],
  samples: [
    { shapes: [[2, 3]], params: { slope: 0.25 }, domain: 'nonzero' },
    { shapes: [[]], params: { slope: -1 }, domain: 'nonzero' },
    { shapes: [[4]], params: { slope: 0.01 }, values: { 0: [-1e4, -30, 30, 1e4] } },
  ],
});
