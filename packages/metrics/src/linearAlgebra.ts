import { EVD, Matrix as LibraryMatrix, SVD } from 'ml-matrix';
import { ConfigError, DataError, ShapeError } from '@working-papers/grad';

/** A real matrix in float64. It is never changed once made. */
export interface Matrix {
  readonly rows: number;
  readonly cols: number;
  /** Row by row: entry (i, j) is `data[i * cols + j]`. */
  readonly data: Float64Array;
}

/**
 * Makes a matrix from its entries, row by row; they are copied.
 *
 * @param rows - 1 or more.
 * @param cols - 1 or more.
 * @param data - rows · cols numbers.
 * @throws {ShapeError} If a size is not a positive integer or the number of entries is another.
 * @throws {DataError} If an entry is not finite.
 */
export function matrix(rows: number, cols: number, data: ArrayLike<number>): Matrix {
  if (!Number.isInteger(rows) || !Number.isInteger(cols) || rows < 1 || cols < 1) {
    throw new ShapeError(`matrix: sizes [${rows}, ${cols}] are not positive integers`);
  }
  if (data.length !== rows * cols) {
    throw new ShapeError(
      `matrix: ${data.length} entries for [${rows}, ${cols}], which has ${rows * cols}`,
    );
  }
  const entries = Float64Array.from(data);
  const bad = entries.findIndex((entry) => !Number.isFinite(entry));
  if (bad >= 0) {
    throw new DataError(
      `matrix: entry (${Math.floor(bad / cols)}, ${bad % cols}) of [${rows}, ${cols}] is ${entries[bad]}; expected a finite number`,
    );
  }
  return { rows, cols, data: entries };
}

/** The transpose, [cols, rows]. */
export function transpose(a: Matrix): Matrix {
  const data = new Float64Array(a.data.length);
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < a.cols; j++) data[j * a.rows + i] = a.data[i * a.cols + j]!;
  }
  return { rows: a.cols, cols: a.rows, data };
}

/**
 * The matrix product a b.
 *
 * @param a - Matrix [m, k].
 * @param b - Matrix [k, n].
 * @returns Matrix [m, n].
 * @throws {ShapeError} If the inner sizes differ.
 */
export function multiply(a: Matrix, b: Matrix): Matrix {
  if (a.cols !== b.rows) {
    throw new ShapeError(
      `multiply: inner sizes differ: [${a.rows}, ${a.cols}] x [${b.rows}, ${b.cols}] (${a.cols} and ${b.rows})`,
    );
  }
  const data = new Float64Array(a.rows * b.cols);
  for (let i = 0; i < a.rows; i++) {
    for (let k = 0; k < a.cols; k++) {
      const factor = a.data[i * a.cols + k]!;
      for (let j = 0; j < b.cols; j++) {
        data[i * b.cols + j] = data[i * b.cols + j]! + factor * b.data[k * b.cols + j]!;
      }
    }
  }
  return { rows: a.rows, cols: b.cols, data };
}

/** A thin singular value decomposition, with r = min(rows, cols). */
export interface SingularValues {
  /** Left singular vectors in the columns, [rows, r]. */
  readonly u: Matrix;
  /** Descending, not negative, [r]. */
  readonly values: Float64Array;
  /** Right singular vectors in the columns, [cols, r]. */
  readonly v: Matrix;
}

/**
 * The thin singular value decomposition a = u diag(values) vᵀ. A pair of singular vectors is
 * determined up to its sign, and within a group of equal singular values up to a rotation.
 */
export function svd(a: Matrix): SingularValues {
  const result = new SVD(toLibrary(a), { autoTranspose: true });
  return {
    u: fromLibrary(result.leftSingularVectors),
    values: Float64Array.from(result.diagonal),
    v: fromLibrary(result.rightSingularVectors),
  };
}

/** Eigenvalues and eigenvectors of a symmetric matrix [n, n]. */
export interface SymmetricEigen {
  /** Descending, [n]. */
  readonly values: Float64Array;
  /** Orthonormal eigenvectors in the columns, in the order of `values`, [n, n]. */
  readonly vectors: Matrix;
}

/**
 * The decomposition a = vectors diag(values) vectorsᵀ of a symmetric matrix, largest eigenvalue
 * first (LAPACK and numpy have the smallest first).
 *
 * @param a - Matrix [n, n] that equals its transpose up to 1e-10 of its largest entry.
 * @throws {ShapeError} If `a` is not square.
 * @throws {DataError} If `a` is not symmetric.
 */
export function symmetricEigen(a: Matrix): SymmetricEigen {
  const n = a.rows;
  requireSymmetric(a);
  const result = new EVD(toLibrary(a), { assumeSymmetric: true });
  const ascending = fromLibrary(result.eigenvectorMatrix);
  const vectors = new Float64Array(n * n);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) vectors[i * n + j] = ascending.data[i * n + (n - 1 - j)]!;
  }
  return {
    values: Float64Array.from(result.realEigenvalues).reverse(),
    vectors: { rows: n, cols: n, data: vectors },
  };
}

function requireSymmetric({ rows: n, cols, data }: Matrix): void {
  if (n !== cols) throw new ShapeError(`symmetricEigen: [${n}, ${cols}] is not square`);
  const tolerance = 1e-10 * data.reduce((max, entry) => Math.max(max, Math.abs(entry)), 0);
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < i; j++) {
      const [lower, upper] = [data[i * n + j]!, data[j * n + i]!];
      if (Math.abs(lower - upper) > tolerance) {
        throw new DataError(
          `symmetricEigen: entry (${i}, ${j}) is ${lower} and (${j}, ${i}) is ${upper}; expected a symmetric matrix`,
        );
      }
    }
  }
}

/**
 * An orthonormal basis of the column space: the factor Q of a = Q R with a positive diagonal of R, so
 * that orthonormal columns come back unchanged. A column that depends on those before it, a zero
 * column for instance, has no direction of its own: `random` draws one uniformly from the
 * orthogonal complement of the basis so far.
 *
 * Gram-Schmidt, each column projected twice, which is as orthogonal as Householder's method (Giraud,
 * Langou and Rozloznik 2005, "The loss of orthogonality in the Gram-Schmidt orthogonalization process").
 *
 * @param a - Matrix [rows, cols], cols ≤ rows.
 * @param random - Uniform numbers in [0, 1); needed only if the columns are dependent.
 * @returns Matrix [rows, cols] with orthonormal columns.
 * @throws {ShapeError} If there are more columns than rows.
 * @throws {ConfigError} If a column depends on those before it and `random` is not given.
 */
export function orthonormalBasis(a: Matrix, random?: () => number): Matrix {
  const { rows, cols } = a;
  if (cols > rows) {
    throw new ShapeError(
      `orthonormalBasis: [${rows}, ${cols}] has more columns than rows, so they cannot be independent`,
    );
  }
  const basis: Float64Array[] = [];
  for (let j = 0; j < cols; j++) {
    const column = Float64Array.from({ length: rows }, (_, i) => a.data[i * cols + j]!);
    let direction = newDirection(column, basis);
    if (direction === undefined) {
      if (random === undefined) {
        throw new ConfigError(
          `orthonormalBasis: column ${j} of [${rows}, ${cols}] depends on the columns before it; give \`random\` to draw a direction in its place`,
        );
      }
      direction = newDirection(gaussian(rows, random), basis);
    }
    if (direction === undefined) {
      throw new ConfigError(
        'orthonormalBasis: `random` drew no new direction; expected uniform numbers in [0, 1)',
      );
    }
    basis.push(direction);
  }
  return transpose({ rows: cols, cols: rows, data: concatenate(basis, rows) });
}

/** The unit vector along what the basis leaves of a column; undefined if that is rounding error. */
function newDirection(column: Float64Array, basis: readonly Float64Array[]) {
  const rest = Float64Array.from(column);
  for (let pass = 0; pass < 2; pass++) {
    for (const q of basis) {
      const along = dot(q, rest);
      for (let i = 0; i < rest.length; i++) rest[i] = rest[i]! - along * q[i]!;
    }
  }
  const length = Math.sqrt(dot(rest, rest));
  const roundingError = 10 * column.length * Number.EPSILON * Math.sqrt(dot(column, column));
  return length > roundingError ? rest.map((value) => value / length) : undefined;
}

/** Standard normal numbers by the method of Box and Muller. */
function gaussian(length: number, random: () => number): Float64Array {
  return Float64Array.from({ length }, () => {
    const radius = Math.sqrt(-2 * Math.log(1 - random()));
    return radius * Math.cos(2 * Math.PI * random());
  });
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}

function concatenate(parts: readonly Float64Array[], length: number): Float64Array {
  const whole = new Float64Array(parts.length * length);
  parts.forEach((part, i) => whole.set(part, i * length));
  return whole;
}

function toLibrary(a: Matrix): LibraryMatrix {
  return LibraryMatrix.from1DArray(a.rows, a.cols, a.data);
}

function fromLibrary(a: LibraryMatrix): Matrix {
  return { rows: a.rows, cols: a.columns, data: Float64Array.from(a.to1DArray()) };
}
