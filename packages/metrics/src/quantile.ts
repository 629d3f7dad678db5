import { ConfigError, DataError } from '@working-papers/grad';

/**
 * The p-quantile of a sample by definition R-7, the default of R, numpy and d3: with the values in
 * ascending order x_0 ... x_{n-1} and h = (n - 1) p,
 *
 *     q = x_⌊h⌋ + (h - ⌊h⌋) (x_{⌊h⌋+1} - x_⌊h⌋).
 *
 * Source: Hyndman and Fan 1996, "Sample Quantiles in Statistical Packages", definition 7.
 *
 * @param values - One or more numbers, in any order; they are not changed.
 * @param p - From 0, the smallest value, to 1, the largest.
 * @throws {ConfigError} If `p` is out of range.
 * @throws {DataError} If there is no value or one is not a number.
 */
export function quantile(values: ArrayLike<number>, p: number): number {
  if (!(p >= 0 && p <= 1)) {
    throw new ConfigError(`quantile: p = ${p}; expected a number from 0 to 1`);
  }
  const sorted = Float64Array.from(values).sort(); // numerically, NaN last
  const largest = sorted.at(-1);
  if (largest === undefined) throw new DataError('quantile: no values; expected one or more');
  if (Number.isNaN(largest)) throw new DataError('quantile: a value is NaN; expected numbers');
  const h = (sorted.length - 1) * p;
  const lower = sorted[Math.floor(h)]!;
  const upper = sorted[Math.ceil(h)]!;
  return lower === upper ? lower : lower + (h - Math.floor(h)) * (upper - lower);
}
