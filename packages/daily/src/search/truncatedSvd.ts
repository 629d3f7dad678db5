/**
 * The largest singular values of a sparse matrix by random projection: Halko, Martinsson and Tropp
 * 2011, "Finding structure with randomness", algorithms 4.4 and 5.1. The small dense parts are those of
 * `@working-papers/metrics`.
 */
import { normals, uniformStream, type Key } from '@working-papers/grad';
import { orthonormalBasis, symmetricEigen, type Matrix } from '@working-papers/metrics';
import type { SparseRows } from './tfIdf.ts';

/** Right singular vectors of the largest singular values. */
export interface TruncatedSvd {
  /** Descending, [rank]. */
  readonly values: Float64Array;
  /** In the columns, [cols, rank]. */
  readonly v: Matrix;
}

/** More columns than asked for, and passes over the matrix, as the paper recommends. */
const oversampling = 10;
const passes = 2;

/** Squares of singular values below this share of the largest are rounding error. */
const negligible = 1e-10;

/**
 * The `rank` largest singular values and their right vectors, fewer if the matrix has fewer.
 *
 * @param a - Matrix [rows, cols] with at least one entry.
 * @param key - Of the random numbers.
 */
export function truncatedSvd(a: SparseRows, rank: number, key: Key): TruncatedSvd {
  const rows = a.starts.length - 1;
  const width = Math.min(rank + oversampling, rows, a.cols);
  const random = uniformStream(key);
  const data = Float64Array.from(normals(key, rows * width));
  let sample = timesTransposed(a, { rows, cols: width, data });
  for (let pass = 0; pass < passes; pass++) {
    const left = orthonormalBasis(times(a, orthonormalBasis(sample, random)), random);
    sample = timesTransposed(a, left);
  }
  // With orthonormal columns Q of `left`, sample = aᵀ Q, and a ≈ Q sampleᵀ.
  const { values, vectors } = symmetricEigen(gram(sample));
  const kept = [...values.subarray(0, rank)].filter((value) => value > negligible * values[0]!);
  const singular = Float64Array.from(kept, Math.sqrt);
  return { values: singular, v: combine(sample, vectors, singular) };
}

/** a x, [rows, width]. */
function times(a: SparseRows, x: Matrix): Matrix {
  const rows = a.starts.length - 1;
  const width = x.cols;
  const data = new Float64Array(rows * width);
  forEachEntry(a, (row, column, value) => {
    const [to, from] = [row * width, column * width];
    for (let j = 0; j < width; j++) data[to + j]! += value * x.data[from + j]!;
  });
  return { rows, cols: width, data };
}

/** aᵀ x, [cols, width]. */
function timesTransposed(a: SparseRows, x: Matrix): Matrix {
  const width = x.cols;
  const data = new Float64Array(a.cols * width);
  forEachEntry(a, (row, column, value) => {
    const [to, from] = [column * width, row * width];
    for (let j = 0; j < width; j++) data[to + j]! += value * x.data[from + j]!;
  });
  return { rows: a.cols, cols: width, data };
}

function forEachEntry(
  { starts, columns, values }: SparseRows,
  visit: (row: number, column: number, value: number) => void,
): void {
  for (let row = 0; row + 1 < starts.length; row++) {
    for (let at = starts[row]!; at < starts[row + 1]!; at++) visit(row, columns[at]!, values[at]!);
  }
}

/** xᵀ x, symmetric to the last bit. */
function gram({ rows, cols, data }: Matrix): Matrix {
  const product = new Float64Array(cols * cols);
  for (let row = 0; row < rows; row++) {
    const start = row * cols;
    for (let i = 0; i < cols; i++) {
      const factor = data[start + i]!;
      for (let j = 0; j <= i; j++) product[i * cols + j]! += factor * data[start + j]!;
    }
  }
  for (let i = 0; i < cols; i++) {
    for (let j = 0; j < i; j++) product[j * cols + i] = product[i * cols + j]!;
  }
  return { rows: cols, cols, data: product };
}

/** v = sample · vectors / values. */
function combine(sample: Matrix, vectors: Matrix, values: Float64Array): Matrix {
  const { rows, cols: width, data } = sample;
  const rank = values.length;
  const v = new Float64Array(rows * rank);
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < width; i++) {
      const factor = data[row * width + i]!;
      for (let j = 0; j < rank; j++) v[row * rank + j]! += factor * vectors.data[i * width + j]!;
    }
    for (let j = 0; j < rank; j++) v[row * rank + j]! /= values[j]!;
  }
  return { rows, cols: rank, data: v };
}
