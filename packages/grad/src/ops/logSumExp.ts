import type { Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { defineReduction, reduce, type ReductionOptions } from './reduction.ts';
/**
 * Logarithm of the sum of exponentials along axes, safe for large elements.
 *
 * @param x - Any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function logSumExp(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce(logSumExpOp, x, axes, options);
}

/** The operation behind {@link logSumExp}. */
export const logSumExpOp = defineReduction({
  name: 'logSumExp',
  lower: 'ReduceLogSumExp',
  accepts: 'float',
  // Not exp(x - y): for large x, y has lost the digits that the difference needs.
  vjp: ({ x, dy, spread }, { axes }) => {
    const weights = x.sub(x.max(axes, { keepDims: true }).stopGradient()).exp();
    return spread(dy).mul(weights.div(weights.sum(axes, { keepDims: true })));
  },
});
