import { ConfigError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { Tensor } from '../tensor.ts';
import { applyBinary, only, type Operand } from './elementwise.ts';
import { powerOp } from './power.ts';

/**
 * Power x^exponent, element by element: NaN for negative x with a fractional exponent. `square` and
 * `sqrt` are faster where they apply. The gradient by an exponent is y log(x): 0 at x = 0 where the
 * exponent is not negative, as in PyTorch, and NaN for negative x.
 *
 * @param x - Any shape; a number takes the element type of `exponent`.
 * @param exponent - A finite number, or a tensor of any shape that broadcasts with `x`.
 * @returns The broadcast shape.
 * @throws {ConfigError} If `exponent` is a number that is not finite, or both are numbers.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function pow(x: Operand, exponent: Operand): Tensor {
  if (!(x instanceof Tensor) || exponent instanceof Tensor) {
    return applyBinary(powerOp, x, exponent);
  }
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
