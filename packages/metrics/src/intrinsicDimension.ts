import { ConfigError, DataError } from '@working-papers/grad';
import { mean } from './meanInterval.ts';
import { nearestOthers } from './nearestNeighbours.ts';
import type { Points } from './points.ts';

/** Neighbours used, and how estimates at different points are joined. */
export interface IntrinsicDimensionOptions {
  /** Fewest neighbours, 2 or more. Default 10, as in Levina and Bickel. */
  readonly k1?: number;
  /** Most neighbours, `k1` or more. Default 20. */
  readonly k2?: number;
  /**
   * `inverses`, the default: one likelihood for all points, so the inverse estimates are averaged
   * (MacKay and Ghahramani). `estimates`: the estimates are averaged, as Levina and Bickel did, which
   * is biased upwards, by (k - 1)/(k - 2) where the points are uniform.
   */
  readonly average?: 'inverses' | 'estimates';
  /**
   * The points x to average over, this many at even steps through the set; their neighbours are sought
   * in the whole set. Default all. A thousand of them do for a large set.
   */
  readonly centres?: number;
}

/**
 * Levina and Bickel's maximum-likelihood estimate of the dimension of the manifold that points lie on.
 * With T_j(x) the distance from x to its j-th nearest other point,
 *
 *     1 / m_k(x) = 1/(k-1) Σ_{j<k} log(T_k(x) / T_j(x))                                       (their eq. 8)
 *     m_k = 1 / mean_x(1 / m_k(x)),  m = mean over k = k1 ... k2 of m_k.
 *
 * High dimensions are underestimated unless there are very many points. Costs
 * centres · count · dim at most.
 * Sources: Levina and Bickel 2004, "Maximum Likelihood Estimation of Intrinsic Dimension"; MacKay and
 * Ghahramani 2005, comments on it, for averaging inverses.
 *
 * @param set - Points [count, dim], count > k2, no two equal.
 * @throws {ConfigError} If `k1`, `k2` or `centres` is out of range.
 * @throws {DataError} If a centre equals another point, or the k2 nearest are all equally far (m is infinite).
 */
export function intrinsicDimension(
  set: Points,
  { k1 = 10, k2 = 20, average = 'inverses', centres = set.count }: IntrinsicDimensionOptions = {},
): number {
  if (!Number.isInteger(k1) || !Number.isInteger(k2) || k1 < 2 || k2 < k1 || k2 >= set.count) {
    throw new ConfigError(
      `intrinsicDimension: k1 = ${k1}, k2 = ${k2} with ${set.count} points; expected integers with 2 ≤ k1 ≤ k2 < points`,
    );
  }
  if (!Number.isInteger(centres) || centres < 1 || centres > set.count) {
    throw new ConfigError(
      `intrinsicDimension: centres = ${centres} is not an integer from 1 to the ${set.count} points`,
    );
  }
  const logs = logDistances(set, k2, centres);
  let sumOverK = 0;
  for (let k = k1; k <= k2; k++) {
    const inverses = inverseEstimates(logs, k2, k);
    sumOverK += average === 'inverses' ? 1 / mean(inverses) : mean(inverses.map((inv) => 1 / inv));
  }
  const dimension = sumOverK / (k2 - k1 + 1);
  if (!Number.isFinite(dimension)) {
    throw new DataError(
      `intrinsicDimension: the estimate is ${dimension}, because neighbours are equally far; expected points in general position`,
    );
  }
  return dimension;
}

/** log T_j(x), j = 1 ... k, for each centre x, [centres, k]. */
function logDistances(set: Points, k: number, centres: number): Float64Array {
  const step = set.count / centres;
  const chosen = Int32Array.from({ length: centres }, (_, i) => Math.floor(i * step));
  const { distances, indices } = nearestOthers(set, k, chosen);
  const zero = distances.indexOf(0);
  if (zero >= 0) {
    throw new DataError(
      `intrinsicDimension: points ${chosen[Math.floor(zero / k)]} and ${indices[zero]} are equal; remove duplicates`,
    );
  }
  return distances.map((distance) => Math.log(distance));
}

/** 1 / m_k(x) for each centre x, [centres], from log distances [centres, stride]. */
function inverseEstimates(logs: Float64Array, stride: number, k: number): Float64Array {
  return Float64Array.from({ length: logs.length / stride }, (_, i) => {
    const nearer = logs.subarray(i * stride, i * stride + k - 1);
    return logs[i * stride + k - 1]! - mean(nearer);
  });
}
