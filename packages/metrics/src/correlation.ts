import { DataError, ShapeError } from '@working-papers/grad';
import { mean } from './meanInterval.ts';
import type { Points } from './points.ts';

/**
 * Pearson's correlation of two lists of numbers,
 *
 *     r = Σ (a_i - ā)(b_i - b̄) / √(Σ (a_i - ā)² Σ (b_i - b̄)²),
 *
 * unchanged by shifting either list or scaling it by a positive factor.
 *
 * @returns From -1 to 1.
 * @throws {ShapeError} If the lengths differ.
 * @throws {DataError} If a list is constant or empty, so that r does not exist, or r is not finite.
 */
export function pearsonCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number {
  if (a.length !== b.length) {
    throw new ShapeError(`pearsonCorrelation: lengths differ: ${a.length} and ${b.length}`);
  }
  const [deltaA, deltaB] = [deviations(a), deviations(b)];
  let [squaresA, squaresB, products] = [0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    squaresA += deltaA[i]! * deltaA[i]!;
    squaresB += deltaB[i]! * deltaB[i]!;
    products += deltaA[i]! * deltaB[i]!;
  }
  const r = products / (Math.sqrt(squaresA) * Math.sqrt(squaresB));
  if (!Number.isFinite(r)) {
    throw new DataError(`pearsonCorrelation: the correlation is ${r}; expected finite values`);
  }
  return Math.min(1, Math.max(-1, r)); // rounding may lead past the ends
}

/** How well samples that belong together agree. */
export interface PairedCorrelation {
  readonly mean: number;
  /** Correlation of each pair, [count]. */
  readonly ofPair: Float64Array;
}

/**
 * The mean of Pearson's correlation between sample i of one set and sample i of the other, for example
 * what two models make of the same noise.
 *
 * @param a - Points [count, dim], count ≥ 1; none with all coordinates equal.
 * @param b - Points [count, dim], likewise.
 * @throws {ShapeError} If the sizes differ.
 * @throws {DataError} If there are no pairs or a point has all coordinates equal.
 */
export function pairedCorrelation(a: Points, b: Points): PairedCorrelation {
  if (a.count !== b.count || a.dim !== b.dim) {
    throw new ShapeError(
      `pairedCorrelation: sizes differ: [${a.count}, ${a.dim}] and [${b.count}, ${b.dim}]`,
    );
  }
  if (a.count === 0) throw new DataError('pairedCorrelation: no pairs; expected one or more');
  const sample = ({ data, dim }: Points, i: number) => data.subarray(i * dim, (i + 1) * dim);
  const ofPair = Float64Array.from({ length: a.count }, (_, i) =>
    pearsonCorrelation(sample(a, i), sample(b, i)),
  );
  return { mean: mean(ofPair), ofPair };
}

function deviations(values: ArrayLike<number>): Float64Array {
  const all = Float64Array.from(values);
  if (all.length === 0) throw new DataError('pearsonCorrelation: no values; expected two or more');
  if (all.every((value) => value === all[0])) {
    throw new DataError(
      `pearsonCorrelation: all ${all.length} values are ${all[0]}; a constant has no correlation`,
    );
  }
  const centre = mean(all);
  return all.map((value) => value - centre);
}
