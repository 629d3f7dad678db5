import type { Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { defineReduction, reduce, type ReductionOptions } from './reduction.ts';
/**
 * Largest element along axes. The gradient is shared equally among equal elements, as in PyTorch's
 * `amax`.
 *
 * @param x - Any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function max(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce(maxOp, x, axes, options);
}

/** The operation behind {@link max}. */
export const maxOp = defineReduction({
  name: 'max',
  lower: 'ReduceMax',
  accepts: 'float',
  domain: 'distinct',
  vjp: ({ x, y, dy, spread }, { axes }) => {
    const winners = x.equal(spread(y)).cast(x.dtype);
    return winners.mul(spread(dy).div(winners.sum(axes, { keepDims: true })));
  },
});
