import type { Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { defineReduction, reduce, type ReductionOptions } from './reduction.ts';
/**
 * Smallest element along axes. The gradient is shared equally among equal elements, as in PyTorch's
 * `amin`.
 *
 * @param x - Any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function min(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce(minOp, x, axes, options);
}

/** The operation behind {@link min}. */
export const minOp = defineReduction({
  name: 'min',
  lower: 'ReduceMin',
  accepts: 'float',
  domain: 'distinct',
  vjp: ({ x, y, dy, spread }, { axes }) => {
    const winners = x.equal(spread(y)).cast(x.dtype);
    return winners.mul(spread(dy).div(winners.sum(axes, { keepDims: true })));
  },
});
