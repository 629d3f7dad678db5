import { ConfigError } from '../errors.ts';
import type { Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { ReductionOptions } from './reduction.ts';

/** Options of {@link variance} and {@link standardDeviation}. */
export interface VarianceOptions extends ReductionOptions {
  /**
   * What is subtracted from the number of elements: 1 for the unbiased variance of a sample, 0 for that of
   * a whole population. Default 1, as in PyTorch.
   */
  readonly correction?: number;
}

/**
 * Variance along axes: sum (x - mean)^2 / (n - correction), in two passes, so that a large mean costs no
 * digits.
 *
 * @param x - Any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ConfigError} If n - correction is not positive.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function variance(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
  const { correction = 1, keepDims = false } = options;
  const mean = x.mean(axes, { keepDims: true });
  const count = x.size / mean.size;
  if (!(count - correction > 0)) {
    throw new ConfigError(
      `variance: correction = ${correction} is not below the ${count} elements; use correction: 0 or other axes`,
    );
  }
  const squares = x.sub(mean).square();
  return squares.sum(axes, { keepDims }).mul(1 / (count - correction));
}

/**
 * Square root of the {@link variance}. Its gradient where all elements are equal is 0, as in PyTorch.
 *
 * @param x - Any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ConfigError} If n - correction is not positive.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function standardDeviation(x: Tensor, axes?: Axes, options: VarianceOptions = {}): Tensor {
  const square = variance(x, axes, options);
  const isZero = square.equal(0);
  return isZero.where(0, isZero.where(1, square).sqrt());
}
