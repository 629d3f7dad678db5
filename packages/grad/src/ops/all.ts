import type { Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { defineBoolReduction, reduce, type ReductionOptions } from './reduction.ts';

/**
 * Whether all elements along axes hold; no gradient flows.
 *
 * @param x - bool, any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns bool, `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ShapeError} If `x` is not bool, or an axis is out of range or named twice.
 */
export function all(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce(allOp, x, axes, options);
}

/** The operation behind {@link all}. */
export const allOp = defineBoolReduction({ name: 'all', lower: 'ReduceMin' });
