import { at, broadcast, build, count, none, sum, type Reference, type Values } from './values.ts';

type Matrix = readonly (readonly number[])[];

interface TriangularParams {
  readonly isUpper: boolean;
  readonly isTransposed: boolean;
}

/** Factorisations and systems, by the textbook's sequential algorithms. */
export const linearAlgebra: Readonly<Record<string, Reference>> = {
  cholesky: ([a = none]) => perMatrix(a, (matrix) => [choleskyFactor(symmetric(matrix))]),
  qr: ([x = none]) => perMatrix(x, gramSchmidt),
  svd: ([x = none]) => {
    const [u = none, s = none, v = none] = perMatrix(x, singular);
    return [u, { ...s, shape: s.shape.slice(0, -1) }, v];
  },
  symmetricEigen: ([a = none]) => {
    const [values = none, vectors = none] = perMatrix(a, eigen);
    return [{ ...values, shape: values.shape.slice(0, -1) }, vectors];
  },
  triangularSolve: ([a = none, b = none], { isUpper, isTransposed }: TriangularParams) => {
    const batch = broadcast(a.shape.slice(0, -2), b.shape.slice(0, -2));
    const [n = 0, columns = 0] = b.shape.slice(-2);
    const systems = new Map<string, readonly number[]>();
    return build([...batch, n, columns], (index) => {
      const outer = index.slice(0, -2);
      const column = index.at(-1) ?? 0;
      const key = [...outer, column].join();
      const known = systems.get(key);
      const matrix = count(n).map((i) =>
        count(n).map((j) => {
          const [row, col] = isTransposed ? [j, i] : [i, j];
          return (isUpper ? row <= col : row >= col) ? at(a, [...outer, row, col]) : 0;
        }),
      );
      const right = count(n).map((i) => at(b, [...outer, i, column]));
      const x = known ?? substitute(matrix, right, isUpper !== isTransposed);
      systems.set(key, x);
      return x[index.at(-2) ?? 0] ?? NaN;
    });
  },
};

/** Forward substitution, or backward in an upper triangular system. */
function substitute(matrix: Matrix, right: readonly number[], isBackward: boolean): number[] {
  const n = right.length;
  const x = right.map(() => 0);
  for (const step of count(n)) {
    const i = isBackward ? n - 1 - step : step;
    const row = matrix[i] ?? [];
    const known = sum(row.map((v, j) => (j === i ? 0 : v * (x[j] ?? 0))));
    x[i] = ((right[i] ?? NaN) - known) / (row[i] ?? NaN);
  }
  return x;
}

function choleskyFactor(a: Matrix): Matrix {
  const l: number[][] = [];
  a.forEach((row, i) => {
    const factor: number[] = row.map(() => 0);
    l.push(factor);
    for (let j = 0; j <= i; j++) {
      const above = l[j] ?? [];
      const rest = (row[j] ?? NaN) - sum(count(j).map((k) => (factor[k] ?? 0) * (above[k] ?? 0)));
      factor[j] = i === j ? Math.sqrt(rest) : rest / (above[j] ?? NaN);
    }
  });
  return l;
}

/** Column after column, each made orthogonal twice to those before. */
function gramSchmidt(x: Matrix): readonly [Matrix, Matrix] {
  const n = x[0]?.length ?? 0;
  const basis: (readonly number[])[] = [];
  const r = count(n).map(() => count(n).map(() => 0));
  for (const j of count(n)) {
    let rest = x.map((row) => row[j] ?? NaN);
    for (const i of [...count(j), ...count(j)]) {
      const q = basis[i] ?? [];
      const along = dot(q, rest);
      const row = r[i] ?? [];
      row[j] = (row[j] ?? NaN) + along;
      rest = rest.map((v, k) => v - along * (q[k] ?? NaN));
    }
    const length = Math.sqrt(dot(rest, rest));
    const row = r[j] ?? [];
    row[j] = length;
    basis.push(rest.map((v) => v / length));
  }
  return [x.map((_, i) => basis.map((q) => q[i] ?? NaN)), r];
}

/** Eigenvalues as a column, ascending, and vectors in columns: rotations of one pair after another. */
function eigen(a: Matrix): readonly [Matrix, Matrix] {
  const n = a.length;
  let rest = symmetric(a);
  let vectors: Matrix = count(n).map((i) => count(n).map((j) => Number(i === j)));
  for (const _ of count(12)) {
    for (const q of count(n)) {
      for (const p of count(q)) {
        const angle = Math.atan2(2 * entry(rest, p, q), entry(rest, q, q) - entry(rest, p, p)) / 2;
        const rotated = rotateColumns(rest, [p, q], angle);
        rest = transposed(rotateColumns(transposed(rotated), [p, q], angle));
        vectors = rotateColumns(vectors, [p, q], angle);
      }
    }
  }
  const order = count(n).toSorted((i, j) => entry(rest, i, i) - entry(rest, j, j));
  const columns = order.map((i) => positive(vectors.map((row) => row[i] ?? NaN)));
  return [order.map((i) => [entry(rest, i, i)]), transposed(columns)];
}

/** Right vectors and squares of the values from x^T x, which is good for well-conditioned samples. */
function singular(x: Matrix): readonly [Matrix, Matrix, Matrix] {
  const columns = transposed(x);
  const [squares, vectors] = eigen(columns.map((a) => columns.map((b) => dot(a, b))));
  const right = transposed(vectors).toReversed();
  const values = squares.toReversed().map(([value = NaN]) => Math.sqrt(value));
  const left = right.map((v, i) => x.map((row) => dot(row, v) / (values[i] ?? NaN)));
  return [transposed(left), values.map((value) => [value]), transposed(right)];
}

function rotateColumns(a: Matrix, [p, q]: readonly [number, number], angle: number): Matrix {
  const [c, s] = [Math.cos(angle), Math.sin(angle)];
  return a.map((row) => {
    const [x, y] = [row[p] ?? NaN, row[q] ?? NaN];
    return row.with(p, c * x - s * y).with(q, s * x + c * y);
  });
}

/** The vector or its negative, so that the first entry within 1 % of the largest is positive. */
function positive(vector: readonly number[]): readonly number[] {
  const largest = Math.max(...vector.map(Math.abs));
  const first = vector.find((v) => Math.abs(v) >= 0.99 * largest) ?? NaN;
  return vector.map((v) => v * Math.sign(first));
}

function symmetric(a: Matrix): Matrix {
  return a.map((row, i) => row.map((v, j) => (v + entry(a, j, i)) / 2));
}

function transposed(a: Matrix): Matrix {
  return count(a[0]?.length ?? 0).map((j) => a.map((row) => row[j] ?? NaN));
}

function entry(a: Matrix, row: number, column: number): number {
  return a[row]?.[column] ?? NaN;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return sum(a.map((v, i) => v * (b[i] ?? NaN)));
}

/** Applies a function to each matrix of a batch and stacks each of the results. */
function perMatrix(x: Values, f: (matrix: Matrix) => readonly Matrix[]): readonly Values[] {
  const [rows = 0, columns = 0] = x.shape.slice(-2);
  const batch = x.shape.slice(0, -2);
  const size = rows * columns;
  const results = count(x.data.length / size).map((b) =>
    f(count(rows).map((i) => x.data.slice(b * size + i * columns, b * size + (i + 1) * columns))),
  );
  return (results[0] ?? []).map((first, k) => ({
    shape: [...batch, first.length, first[0]?.length ?? 0],
    data: results.flatMap((result) => (result[k] ?? []).flat()),
  }));
}
