import { ConfigError } from '../errors.ts';
import { defineOp } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';

/**
 * Power x^exponent with a fixed exponent, element by element: NaN for negative x with a fractional
 * exponent. `square` and `sqrt` are faster where they apply.
 *
 * @param x - Any shape.
 * @param exponent - A finite number; differentiable in x only.
 * @throws {ConfigError} If `exponent` is not finite.
 */
export function pow(x: Tensor, exponent: number): Tensor {
  if (!Number.isFinite(exponent)) {
    throw new ConfigError(`pow: exponent = ${exponent} is not a finite number`);
  }
  return powOp([x], { exponent });
}

/** The operation behind {@link pow}. */
export const powOp = defineOp<{ exponent: number }>({
  name: 'pow',
  shape: ([x = []]) => x,
  lower: (graph, [x = ''], { exponent }, { inputs }) =>
    graph.node('Pow', [x, graph.scalar(exponent, inputs[0]?.dtype ?? 'float32')]),
  vjp: ({ inputs: [x], dy }, { exponent }) => [
    // Without the exception, 0 * x^-1 is NaN at 0: in the second gradient of x^1, for example.
    exponent === 0
      ? dy.mul(0)
      : dy.mul(
          only(x, 'pow')
            .pow(exponent - 1)
            .mul(exponent),
        ),
  ],
  samples: [
    { shapes: [[2, 3]], params: { exponent: 3 } },
    { shapes: [[4]], params: { exponent: -1.5 }, domain: 'positive' },
    { shapes: [[3]], params: { exponent: 1 }, values: { 0: [-2, 0, 3] } },
  ],
});
