import { DataError, ShapeError } from '@working-papers/grad';
import { multiply, transpose, type Matrix } from './linearAlgebra.ts';
import type { Points } from './points.ts';

/**
 * The normalised mean squared error of a reconstruction, over a whole set at once:
 *
 *     nmse = Σ_i |x_i - x̂_i|² / Σ_i |x_i - x̄|²,
 *
 * 0 for a perfect one and 1 for always x̄, the mean of the set. It is not the mean over points of
 * ratios, nor over coordinates. The squared deviations are taken around the mean itself, not as a
 * difference of mean squares, which cancels.
 *
 * @param x - Points [count, dim], not all equal.
 * @param reconstructed - x̂, [count, dim].
 * @throws {ShapeError} If the sizes differ.
 * @throws {DataError} If all points are equal, so that there is no variance, or there are none.
 */
export function nmse(x: Points, reconstructed: Points): number {
  const { count, dim, data } = x;
  if (count !== reconstructed.count || dim !== reconstructed.dim) {
    throw new ShapeError(
      `nmse: sizes differ: [${count}, ${dim}] and [${reconstructed.count}, ${reconstructed.dim}]`,
    );
  }
  const centre = new Float64Array(dim);
  for (let i = 0; i < data.length; i++) centre[i % dim]! += data[i]! / count;
  let [errors, deviations] = [0, 0];
  for (let i = 0; i < data.length; i++) {
    errors += (data[i]! - reconstructed.data[i]!) ** 2;
    deviations += (data[i]! - centre[i % dim]!) ** 2;
  }
  if (deviations === 0) {
    throw new DataError(`nmse: ${count} points without variance; expected two that differ`);
  }
  return errors / deviations;
}

/**
 * The share of the variance that a reconstruction explains, 1 - {@link nmse}: for one coordinate the
 * coefficient of determination R², for more R² weighted by the variance of each. Below 0 where the mean
 * would have been better.
 *
 * @throws {ShapeError} As {@link nmse}.
 * @throws {DataError} As {@link nmse}.
 */
export function explainedVariance(x: Points, reconstructed: Points): number {
  return 1 - nmse(x, reconstructed);
}

/**
 * The share of the energy of data that a subspace keeps, |Uᵀ X|_F² / |X|_F²; centre X first, and it is the
 * share of the variance.
 *
 * @param x - Matrix [n, N], one sample in each column, not all zero.
 * @param basis - U, orthonormal columns, [n, d].
 * @returns From 0 to 1.
 * @throws {ShapeError} If the numbers of rows differ.
 * @throws {DataError} If all data are zero.
 */
export function keptEnergyFraction(x: Matrix, basis: Matrix): number {
  const total = squares(x.data);
  if (total === 0) throw new DataError('keptEnergyFraction: all data are 0; expected some energy');
  return squares(multiply(transpose(basis), x).data) / total;
}

function squares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
