import { ConfigError, hostData, tensor, type Tensor } from '@working-papers/grad';
import { matrix, multiply, symmetricEigen, transpose, type Matrix } from '@working-papers/metrics';

/** A concrete tensor [rows, cols] in float64, for linear algebra on the host. */
export function matrixOf(value: Tensor): Matrix {
  const [rows = 0, cols = 0] = value.shape;
  return matrix(rows, cols, Array.from(hostData(value), Number));
}

/** A matrix in float32. */
export function tensorOf({ rows, cols, data }: Matrix): Tensor {
  return tensor(Float32Array.from(data), { shape: [rows, cols] });
}

/** The first `count` columns. */
export function firstColumns(a: Matrix, count: number): Matrix {
  const data = Float64Array.from({ length: a.rows * count }, (_, i) => {
    return a.data[Math.floor(i / count) * a.cols + (i % count)]!;
  });
  return matrix(a.rows, count, data);
}

/**
 * Returns a rank that is one of 1..r.
 *
 * @throws {ConfigError} If it is not.
 */
export function checkRank(operation: string, rank: number, r: number): number {
  if (!Number.isInteger(rank) || rank < 1 || rank > r) {
    throw new ConfigError(`${operation}: rank ${rank} is not an integer from 1 to ${r}`);
  }
  return rank;
}

/**
 * A sqrt(S) and B sqrt(S) of the singular value decomposition a = A S B^T, largest first.
 *
 * From the eigenvectors A of the smaller of a a^T and a^T a, many times faster than the decomposition
 * itself where one side is long. The product of the factors is A A^T a = a however small S is.
 */
export function svdFactors(a: Matrix): { readonly left: Matrix; readonly right: Matrix } {
  if (a.rows > a.cols) {
    const { left, right } = svdFactors(transpose(a));
    return { left: right, right: left };
  }
  const { vectors } = symmetricEigen(multiply(a, transpose(a)));
  const projected = multiply(transpose(a), vectors); // B S
  const roots = columnNorms(projected).map(Math.sqrt);
  return {
    left: scaleColumns(vectors, roots),
    right: scaleColumns(
      projected,
      roots.map((root) => (root > 0 ? 1 / root : 0)),
    ),
  };
}

function columnNorms({ rows, cols, data }: Matrix): Float64Array {
  const squares = new Float64Array(cols);
  for (let i = 0; i < rows * cols; i++) squares[i % cols]! += data[i]! ** 2;
  return squares.map(Math.sqrt);
}

function scaleColumns({ rows, cols, data }: Matrix, factors: Float64Array): Matrix {
  return matrix(
    rows,
    cols,
    data.map((entry, i) => entry * factors[i % cols]!),
  );
}
