import { ConfigError, DataError } from '@working-papers/grad';
import { pearsonCorrelation } from './correlation.ts';
import { normalBound, normalTails, studentTails } from './distributions.ts';
import { kendallCounts, kendallTau, spearmanCorrelation } from './rankCorrelation.ts';

/** A correlation, and how likely one as strong is without any. */
export interface CorrelationTest {
  readonly correlation: number;
  /** Two-sided, from 0 to 1. */
  readonly pValue: number;
}

/** {@link CorrelationTest} with an interval. */
export interface PearsonTest extends CorrelationTest {
  readonly interval: readonly [low: number, high: number];
}

/**
 * Pearson's correlation r of n pairs with its test and interval, both for normal values: under
 * independence r √((n-2)/(1-r²)) has Student's distribution with n - 2 degrees of freedom (2 pairs say
 * nothing: p = 1), and tanh⁻¹ r is about normal with deviation 1/√(n-3) (from -1 to 1 below 4 pairs).
 * Source: Fisher 1921, "On the 'Probable Error' of a Coefficient of Correlation"; as scipy.stats.pearsonr.
 *
 * @param level - Coverage of the interval, between 0 and 1. Default 0.95.
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} As `pearsonCorrelation`.
 * @throws {ConfigError} If `level` is out of range.
 */
export function pearsonTest(a: ArrayLike<number>, b: ArrayLike<number>, level = 0.95): PearsonTest {
  if (!(level > 0 && level < 1)) {
    throw new ConfigError(`pearsonTest: level = ${level}; expected a number between 0 and 1`);
  }
  const r = pearsonCorrelation(a, b);
  const n = a.length;
  const halfWidth = n > 3 ? normalBound((1 + level) / 2) / Math.sqrt(n - 3) : Infinity;
  const end = (sign: number) =>
    Math.abs(r) === 1 ? r : Math.tanh(Math.atanh(r) + sign * halfWidth);
  return {
    correlation: r,
    pValue: n === 2 ? 1 : studentPValue(r, n),
    interval: n > 3 ? [end(-1), end(1)] : [-1, 1],
  };
}

/**
 * Spearman's rank correlation with its test, for which the ranks are treated as Pearson's test treats
 * values: good from about 10 pairs on. For an interval use `bootstrapInterval` over pairs.
 * Source: as scipy.stats.spearmanr.
 *
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} As `spearmanCorrelation`, and if there are fewer than 3 pairs.
 */
export function spearmanTest(a: ArrayLike<number>, b: ArrayLike<number>): CorrelationTest {
  const r = spearmanCorrelation(a, b);
  if (a.length < 3) throw new DataError('spearmanTest: 2 pairs; a test needs 3 or more');
  return { correlation: r, pValue: studentPValue(r, a.length) };
}

/**
 * Kendall's tau-b with its test: exact over all permutations up to 33 pairs without ties, above that or
 * with ties by the normal distribution of P - Q with the variance that ties leave.
 * Source: Kendall 1970, "Rank Correlation Methods", chapters 4 and 5; as scipy.stats.kendalltau, but for
 * its exact test of longer lists with at most one pair out of order.
 *
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} As `kendallTau`.
 */
export function kendallTest(a: ArrayLike<number>, b: ArrayLike<number>): CorrelationTest {
  const correlation = kendallTau(a, b);
  const { pairs, discordant, excess, tiesA, tiesB } = kendallCounts(a, b);
  const n = a.length;
  if (tiesA.pairs === 0 && tiesB.pairs === 0 && n <= 33) {
    const fewest = Math.min(discordant, pairs - discordant);
    return { correlation, pValue: Math.min(1, 2 * probabilityOfInversions(n, fewest)) };
  }
  const variance =
    (2 * pairs * (2 * n + 5) - tiesA.variance - tiesB.variance) / 18 +
    (tiesA.pairs * tiesB.pairs) / pairs +
    (tiesA.triples * tiesB.triples) / (18 * pairs * (n - 2));
  return { correlation, pValue: normalTails(excess / Math.sqrt(variance)) };
}

function studentPValue(r: number, n: number): number {
  if (Math.abs(r) === 1) return 0;
  return studentTails(r * Math.sqrt((n - 2) / ((1 - r) * (1 + r))), n - 2);
}

/** The probability that a random permutation of n has at most `most` pairs out of order. */
function probabilityOfInversions(n: number, most: number): number {
  // The item that joins j others is put out of order with 0 ... j of them, all equally likely.
  let probabilities = Float64Array.from({ length: most + 1 }, (_, k) => Number(k === 0));
  for (let others = 1; others < n; others++) {
    const before = probabilities;
    probabilities = before.map((_, k) => {
      let sum = 0;
      for (let added = 0; added <= Math.min(others, k); added++) sum += before[k - added]!;
      return sum / (others + 1);
    });
  }
  return probabilities.reduce((sum, probability) => sum + probability, 0);
}
