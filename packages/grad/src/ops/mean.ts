import type { Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { defineReduction, reduce, type ReductionOptions } from './reduction.ts';
/**
 * Arithmetic mean along axes.
 *
 * @param x - Any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function mean(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce(meanOp, x, axes, options);
}

/** The operation behind {@link mean}. */
export const meanOp = defineReduction({
  name: 'mean',
  lower: 'ReduceMean',
  accepts: 'float',
  vjp: ({ x, dy, spread }) => spread(dy.mul(dy.size / x.size)).expand(x.shape),
});
