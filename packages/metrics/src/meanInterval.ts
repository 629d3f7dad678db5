import { ConfigError, DataError } from '@working-papers/grad';
import { studentBound } from './distributions.ts';

/**
 * The mean of one or more numbers.
 *
 * @throws {DataError} If there is no value.
 */
export function mean(values: ArrayLike<number>): number {
  if (values.length === 0) throw new DataError('mean: no values; expected one or more');
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i]!;
  return sum / values.length;
}

/**
 * Student's interval for the mean of independent, roughly normal values, such as one per seed:
 *
 *     mean ± t s / √n,  s² = Σ (x - mean)² / (n - 1),
 *
 * where |T| ≤ t has probability `level` for Student's T with n - 1 degrees of freedom.
 *
 * @param values - Two or more numbers.
 * @param level - Coverage, between 0 and 1. Default 0.95.
 * @throws {DataError} If there are fewer than two values or one is not finite.
 * @throws {ConfigError} If `level` is out of range.
 */
export function meanInterval(
  values: ArrayLike<number>,
  level = 0.95,
): readonly [low: number, high: number] {
  const n = values.length;
  if (n < 2) {
    throw new DataError(
      `meanInterval: ${n} value${n === 1 ? '' : 's'}; the spread of a mean needs 2 or more`,
    );
  }
  if (!(level > 0 && level < 1)) {
    throw new ConfigError(`meanInterval: level = ${level}; expected a number between 0 and 1`);
  }
  const centre = mean(values);
  if (!Number.isFinite(centre)) {
    throw new DataError(`meanInterval: the mean is ${centre}; expected finite values`);
  }
  let squares = 0;
  for (let i = 0; i < n; i++) squares += (values[i]! - centre) ** 2;
  const halfWidth = studentBound(level, n - 1) * Math.sqrt(squares / (n - 1) / n);
  return [centre - halfWidth, centre + halfWidth];
}
