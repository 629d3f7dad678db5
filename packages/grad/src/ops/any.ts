import type { Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { defineBoolReduction, reduce, type ReductionOptions } from './reduction.ts';

/**
 * Whether any element along axes holds; no gradient flows.
 *
 * @param x - bool, any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns bool, `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ShapeError} If `x` is not bool, or an axis is out of range or named twice.
 */
export function any(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce(anyOp, x, axes, options);
}

/** The operation behind {@link any}. */
export const anyOp = defineBoolReduction({ name: 'any', lower: 'ReduceMax' });
