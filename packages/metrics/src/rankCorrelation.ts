import { DataError } from '@working-papers/grad';
import { pearsonCorrelation } from './correlation.ts';
import { requireFinite, requireSameLength } from './requireValues.ts';

/**
 * The rank of each value, from 1 for the smallest; equal values share the mean of their ranks.
 *
 * @param values - Finite numbers, [n].
 * @returns Ranks, [n].
 * @throws {DataError} If a value is not finite.
 */
export function ranks(values: ArrayLike<number>): Float64Array {
  requireFinite('ranks', values, 0);
  const order = Int32Array.from({ length: values.length }, (_, i) => i).sort(
    (i, j) => values[i]! - values[j]!,
  );
  const result = new Float64Array(values.length);
  for (let start = 0, end = 0; start < order.length; start = end) {
    for (end = start; end < order.length && values[order[end]!] === values[order[start]!];) end++;
    for (let place = start; place < end; place++) result[order[place]!] = (start + end + 1) / 2;
  }
  return result;
}

/**
 * Spearman's rank correlation: Pearson's correlation of the {@link ranks}, ties sharing the mean rank.
 * Unchanged by any increasing function of either list.
 *
 * @returns From -1 to 1.
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If a value is not finite, or a list is constant or empty.
 */
export function spearmanCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  requirePairs('spearmanCorrelation', a, b);
  return pearsonCorrelation(ranks(a), ranks(b));
}

/**
 * Kendall's tau-b: with P the pairs of items that both lists order alike, Q those that they order
 * contrarily, and n_a, n_b the pairs tied in a and in b,
 *
 *     τ_b = (P - Q) / √((n(n-1)/2 - n_a) (n(n-1)/2 - n_b)).
 *
 * Source: Knight 1966, "A Computer Method for Calculating Kendall's Tau with Ungrouped Data", which
 * counts the exchanges of a merge sort: n log n.
 *
 * @returns From -1 to 1.
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If a value is not finite, or a list is constant or empty.
 */
export function kendallTau(a: ArrayLike<number>, b: ArrayLike<number>): number {
  const { excess, pairs, tiesA, tiesB } = kendallCounts(a, b);
  const tau = excess / Math.sqrt(pairs - tiesA.pairs) / Math.sqrt(pairs - tiesB.pairs);
  return Math.min(1, Math.max(-1, tau)); // rounding may lead past the ends
}

/** Sums over groups of t equal values. */
export interface Ties {
  /** Σ t(t-1)/2. */
  readonly pairs: number;
  /** Σ t(t-1)(t-2). */
  readonly triples: number;
  /** Σ t(t-1)(2t+5). */
  readonly variance: number;
}

/** What tau-b and its test are made of. */
export interface KendallCounts {
  /** n(n-1)/2. */
  readonly pairs: number;
  /** Pairs ordered contrarily. */
  readonly discordant: number;
  /** Pairs ordered alike minus pairs ordered contrarily. */
  readonly excess: number;
  readonly tiesA: Ties;
  readonly tiesB: Ties;
}

/** Counts the pairs of items by how two lists order them. */
export function kendallCounts(a: ArrayLike<number>, b: ArrayLike<number>): KendallCounts {
  requirePairs('kendallTau', a, b);
  const n = a.length;
  const order = Int32Array.from({ length: n }, (_, i) => i).sort(
    (i, j) => a[i]! - a[j]! || b[i]! - b[j]!,
  );
  const inOrderOfA = Float64Array.from(order, (i) => b[i]!);
  const isTiedInBoth = (i: number, j: number) =>
    a[order[i]!] === a[order[j]!] && b[order[i]!] === b[order[j]!];
  const tiesBoth = countTies(n, isTiedInBoth);
  const tiesA = countTies(n, (i, j) => a[order[i]!] === a[order[j]!]);
  const discordant = sortCountingExchanges(inOrderOfA);
  const tiesB = countTies(n, (i, j) => inOrderOfA[i] === inOrderOfA[j]); // now sorted
  const pairs = (n * (n - 1)) / 2;
  const excess = pairs - tiesA.pairs - tiesB.pairs + tiesBoth.pairs - 2 * discordant;
  return { pairs, discordant, excess, tiesA, tiesB };
}

/** Of a sorted list, whose places i < j hold equal values where `isTied`. */
function countTies(n: number, isTied: (i: number, j: number) => boolean): Ties {
  let [pairs, triples, variance] = [0, 0, 0];
  for (let start = 0, end = 0; start < n; start = end) {
    for (end = start + 1; end < n && isTied(start, end);) end++;
    const t = end - start;
    pairs += (t * (t - 1)) / 2;
    triples += t * (t - 1) * (t - 2);
    variance += t * (t - 1) * (2 * t + 5);
  }
  return { pairs, triples, variance };
}

/** Sorts in place by merging; returns how many pairs stood in falling order. */
function sortCountingExchanges(values: Float64Array): number {
  let from = values;
  let to: Float64Array = new Float64Array(values.length);
  let exchanges = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const middle = Math.min(start + width, values.length);
      const end = Math.min(start + 2 * width, values.length);
      for (let place = start, left = start, right = middle; place < end; place++) {
        if (left < middle && (right >= end || from[left]! <= from[right]!)) {
          to[place] = from[left++]!;
        } else {
          to[place] = from[right++]!;
          exchanges += middle - left;
        }
      }
    }
    [from, to] = [to, from];
  }
  values.set(from);
  return exchanges;
}

function requirePairs(operation: string, a: ArrayLike<number>, b: ArrayLike<number>): void {
  requireSameLength(operation, ['values', a.length], ['values', b.length]);
  for (const values of [a, b]) {
    requireFinite(operation, values, 2);
    if (Array.from(values).every((value) => value === values[0])) {
      throw new DataError(
        `${operation}: all ${values.length} values are ${values[0]}; a constant has no correlation`,
      );
    }
  }
}
