import { ConfigError, DataError } from '@working-papers/grad';
import { quantile } from './quantile.ts';

/** How a bootstrap interval is made. */
export interface BootstrapOptions {
  /** Uniform numbers in [0, 1): the same generator in the same state gives the same interval. */
  readonly random: () => number;
  /** Coverage aimed at, between 0 and 1. Default 0.95. */
  readonly level?: number;
  /** Samples drawn with replacement, 1 or more. Default 2000. */
  readonly resamples?: number;
}

/**
 * The percentile bootstrap interval of a statistic: items are drawn with replacement as many times as
 * there are, the statistic is computed of each such resample, and the interval reaches from the
 * (1 - level)/2 to the (1 + level)/2 quantile of the results.
 *
 * With few items it is too narrow (5 normal items: it covers their mean 84 times in a hundred, not 95),
 * so for the mean of a handful of seeds use `meanInterval`.
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapter 13.
 *
 * @param items - What was sampled independently: images, seeds, pairs.
 * @param statistic - Computed of each resample, which has as many items as `items`.
 * @throws {DataError} If there are no items or the statistic of a resample is NaN.
 * @throws {ConfigError} If `level` or `resamples` is out of range.
 */
export function bootstrapInterval<Item>(
  items: readonly Item[],
  statistic: (resample: readonly Item[]) => number,
  { random, level = 0.95, resamples = 2000 }: BootstrapOptions,
): readonly [low: number, high: number] {
  if (items.length === 0) throw new DataError('bootstrapInterval: no items; expected one or more');
  if (!(level > 0 && level < 1)) {
    throw new ConfigError(`bootstrapInterval: level = ${level}; expected a number between 0 and 1`);
  }
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new ConfigError(`bootstrapInterval: resamples = ${resamples} is not a positive integer`);
  }
  const results = Float64Array.from({ length: resamples }, () => {
    const result = statistic(items.map(() => items[Math.floor(random() * items.length)]!));
    if (Number.isNaN(result)) {
      throw new DataError(
        'bootstrapInterval: the statistic of a resample is NaN; expected a number',
      );
    }
    return result;
  });
  return [quantile(results, (1 - level) / 2), quantile(results, (1 + level) / 2)];
}
