import { ShapeError } from '@working-papers/grad';
import type { Matrix } from './linearAlgebra.ts';

/** By what columns are shifted and divided. */
export interface Standardisation {
  /** [d]. */
  readonly means: Float64Array;
  /** Standard deviations, 1 for a constant column, [d]. */
  readonly scales: Float64Array;
}

/**
 * Means and standard deviations √(Σ (x - mean)² / n) of the columns of training data, to be used on training
 * and test data alike. A column whose deviation is rounding error counts as constant.
 *
 * @param x - Matrix [n, d], one item in each row.
 */
export function standardisationOf({ rows, cols, data }: Matrix): Standardisation {
  const means = new Float64Array(cols);
  const squares = new Float64Array(cols);
  for (let i = 0; i < data.length; i++) means[i % cols]! += data[i]! / rows;
  for (let i = 0; i < data.length; i++) squares[i % cols]! += (data[i]! - means[i % cols]!) ** 2;
  const scales = squares.map((square, j) => {
    const deviation = Math.sqrt(square / rows);
    return deviation > 10 * Number.EPSILON * Math.abs(means[j]!) ? deviation : 1;
  });
  return { means, scales };
}

/**
 * (x - mean) / scale, column by column.
 *
 * @param x - Matrix [n, d].
 * @throws {ShapeError} If the number of columns is another.
 */
export function standardise(x: Matrix, { means, scales }: Standardisation): Matrix {
  if (x.cols !== means.length) {
    throw new ShapeError(
      `standardise: [${x.rows}, ${x.cols}] has not the ${means.length} columns of the standardisation`,
    );
  }
  const data = x.data.map((value, i) => (value - means[i % x.cols]!) / scales[i % x.cols]!);
  return { rows: x.rows, cols: x.cols, data };
}
