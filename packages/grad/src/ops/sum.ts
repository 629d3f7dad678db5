import type { Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { defineReduction, reduce, type ReductionOptions } from './reduction.ts';
/**
 * Sum along axes.
 *
 * @param x - Any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function sum(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce(sumOp, x, axes, options);
}

/** The operation behind {@link sum}. */
export const sumOp = defineReduction({
  name: 'sum',
  lower: 'ReduceSum',
  vjp: ({ x, dy, spread }) => spread(dy).expand(x.shape),
});
