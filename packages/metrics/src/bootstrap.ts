import { ConfigError, DataError } from '@working-papers/grad';
import { normalBound, normalProbability } from './distributions.ts';
import { mean } from './meanInterval.ts';
import { quantile } from './quantile.ts';
import { requireSameLength } from './requireValues.ts';

/** How a bootstrap interval is made. */
export interface BootstrapOptions {
  /** Uniform numbers in [0, 1), such as `uniformStream(key)`: the same stream gives the same interval. */
  readonly random: () => number;
  /** Coverage aimed at, between 0 and 1. Default 0.95. */
  readonly level?: number;
  /** Samples drawn with replacement, 1 or more. Default 2000. */
  readonly resamples?: number;
  /**
   * `percentile`, the default: quantiles of the statistic over the resamples. `bca`: quantiles moved to
   * correct bias and skewness, which covers better where the statistic is skewed, and costs one more
   * statistic for each item.
   */
  readonly method?: 'percentile' | 'bca';
}

/**
 * A bootstrap interval of a statistic: items are drawn with replacement as many times as there are, the
 * statistic is computed of each such resample, and the interval reaches from the p_1 to the p_2 quantile
 * of the results θ*. For `percentile`, p = (1 ∓ level)/2. For `bca`, with θ the statistic of the items
 * and z_p the normal quantiles of those two,
 *
 *     p' = Φ(z_0 + (z_0 + z_p) / (1 - a (z_0 + z_p))),
 *     z_0 = Φ⁻¹(share of θ* below θ, ties counted half),  a = Σ d³ / (6 (Σ d²)^{3/2}),
 *
 * where d is the mean of the statistics with one item left out minus each of them (a = 0 if all d are).
 *
 * With few items it is too narrow (5 normal items: `percentile` covers their mean 84 times in a hundred,
 * not 95), so for the mean of a handful of seeds use `meanInterval`.
 * Source: Efron and Tibshirani 1993, "An Introduction to the Bootstrap", chapters 13 and 14.
 *
 * @param items - What was sampled independently: images, seeds, pairs.
 * @param statistic - Computed of each resample, which has as many items as `items`.
 * @throws {DataError} If there are no items, the statistic of a resample is NaN, or for `bca` all
 * resamples lie on one side of θ or there is only one item.
 * @throws {ConfigError} If `level` or `resamples` is out of range.
 */
export function bootstrapInterval<Item>(
  items: readonly Item[],
  statistic: (resample: readonly Item[]) => number,
  { random, level = 0.95, resamples = 2000, method = 'percentile' }: BootstrapOptions,
): readonly [low: number, high: number] {
  if (items.length === 0) throw new DataError('bootstrapInterval: no items; expected one or more');
  if (!(level > 0 && level < 1)) {
    throw new ConfigError(`bootstrapInterval: level = ${level}; expected a number between 0 and 1`);
  }
  if (!Number.isInteger(resamples) || resamples < 1) {
    throw new ConfigError(`bootstrapInterval: resamples = ${resamples} is not a positive integer`);
  }
  const results = Float64Array.from({ length: resamples }, () =>
    numberOf(statistic(items.map(() => items[Math.floor(random() * items.length)]!))),
  );
  const shift = method === 'bca' ? biasCorrection(items, statistic, results) : unchanged;
  return [quantile(results, shift((1 - level) / 2)), quantile(results, shift((1 + level) / 2))];
}

/** How much larger one method scores than another on the same items. */
export interface PairedDifference {
  /** Statistic of `a` minus statistic of `b`. */
  readonly difference: number;
  readonly interval: readonly [low: number, high: number];
}

/** {@link BootstrapOptions}, and what is compared. */
export interface PairedDifferenceOptions extends BootstrapOptions {
  /** Of the scores of one method. Default their mean. */
  readonly statistic?: (scores: readonly number[]) => number;
}

/**
 * The difference of a statistic between two methods that were measured on the same items (seeds, texts,
 * images), with its bootstrap interval. Pairs are resampled, so what is hard for both methods cancels.
 *
 * @param a - Score of the first method on each item, [n].
 * @param b - Score of the second on the same items, [n].
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} As {@link bootstrapInterval}.
 * @throws {ConfigError} As {@link bootstrapInterval}.
 */
export function pairedDifference(
  a: ArrayLike<number>,
  b: ArrayLike<number>,
  { statistic = mean, ...options }: PairedDifferenceOptions,
): PairedDifference {
  requireSameLength('pairedDifference', ['scores', a.length], ['scores', b.length]);
  const pairs = Array.from(a, (first, i) => ({ first, second: b[i]! }));
  const difference = (sample: typeof pairs) =>
    statistic(sample.map(({ first }) => first)) - statistic(sample.map(({ second }) => second));
  const interval = bootstrapInterval(pairs, (sample) => difference([...sample]), options);
  return { difference: difference(pairs), interval };
}

function unchanged(p: number): number {
  return p;
}

/** From the share of a quantile to the one that corrects bias and skewness. */
function biasCorrection<Item>(
  items: readonly Item[],
  statistic: (resample: readonly Item[]) => number,
  results: Float64Array,
): (p: number) => number {
  if (items.length < 2) throw new DataError('bootstrapInterval: bca needs 2 items or more; got 1');
  const whole = numberOf(statistic(items));
  const below = results.reduce(
    (sum, result) => sum + (result < whole ? 1 : result === whole ? 0.5 : 0),
    0,
  );
  const share = below / results.length;
  if (share === 0 || share === 1) {
    throw new DataError(
      `bootstrapInterval: all ${results.length} resamples lie ${share === 0 ? 'above' : 'below'} the statistic ${whole} of the items, so bca has no bias correction; use percentile or another statistic`,
    );
  }
  const z0 = normalBound(share);
  const acceleration = jackknifeAcceleration(items, statistic);
  return (p) => {
    const z = z0 + normalBound(p);
    return normalProbability(z0 + z / (1 - acceleration * z));
  };
}

function jackknifeAcceleration<Item>(
  items: readonly Item[],
  statistic: (resample: readonly Item[]) => number,
): number {
  const without = items.map((_, i) => numberOf(statistic(items.toSpliced(i, 1))));
  const centre = mean(without);
  let [squares, cubes] = [0, 0];
  for (const value of without) {
    squares += (centre - value) ** 2;
    cubes += (centre - value) ** 3;
  }
  return squares === 0 ? 0 : cubes / (6 * squares ** 1.5);
}

function numberOf(result: number): number {
  if (Number.isNaN(result)) {
    throw new DataError('bootstrapInterval: the statistic of a resample is NaN; expected a number');
  }
  return result;
}
