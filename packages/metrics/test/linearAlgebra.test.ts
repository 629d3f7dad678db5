import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, uniformStream } from '@working-papers/grad';
import {
  matrix,
  multiply,
  orthonormalBasis,
  svd,
  symmetricEigen,
  transpose,
  type Matrix,
} from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/linearAlgebra.json' with { type: 'json' };

const { cases } = fixture;
const identity = (n: number) =>
  matrix(
    n,
    n,
    Array.from({ length: n * n }, (_, i) => Number(i % (n + 1) === 0)),
  );
const diagonal = (values: ArrayLike<number>) => {
  const n = values.length;
  return matrix(
    n,
    n,
    Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? values[i % n]! : 0)),
  );
};
const column = ({ rows, cols, data }: Matrix, j: number) =>
  Array.from({ length: rows }, (_, i) => data[i * cols + j]!);
const stored = ({ rows, cols, data }: { rows: number; cols: number; data: readonly number[] }) =>
  matrix(rows, cols, data);

function expectOrthonormal(q: Matrix): void {
  expectClose(multiply(transpose(q), q).data, identity(q.cols).data, 1e-13);
}

/** Columns are compared after the sign of each is chosen to fit. */
function expectColumns(actual: Matrix, expected: Matrix, tolerance = 1e-12): void {
  expect([actual.rows, actual.cols]).toEqual([expected.rows, expected.cols]);
  for (let j = 0; j < actual.cols; j++) {
    const [a, b] = [column(actual, j), column(expected, j)];
    const sign = Math.sign(a.reduce((sum, value, i) => sum + value * b[i]!, 0));
    expectClose(
      a.map((value) => sign * value),
      b,
      tolerance,
    );
  }
}

const matrices = fc
  .record({ rows: fc.integer({ min: 1, max: 6 }), cols: fc.integer({ min: 1, max: 6 }) })
  .chain(({ rows, cols }) =>
    fc
      .array(fc.double({ min: -10, max: 10, noNaN: true }), {
        minLength: rows * cols,
        maxLength: rows * cols,
      })
      .map((data) => matrix(rows, cols, data)),
  );

describe('matrix', () => {
  test('copies its entries', () => {
    const entries = Float64Array.of(1, 2);
    const a = matrix(1, 2, entries);
    entries[0] = 5;
    expect(a).toEqual({ rows: 1, cols: 2, data: Float64Array.of(1, 2) });
  });

  test('says which size or entry is wrong', () => {
    expect(() => matrix(0, 3, [])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: matrix: sizes [0, 3] are not positive integers]`,
    );
    expect(() => matrix(2, 3, [1, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: matrix: 2 entries for [2, 3], which has 6]`,
    );
    expect(() => matrix(2, 2, [1, 2, NaN, 4])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: matrix: entry (1, 0) of [2, 2] is NaN; expected a finite number]`,
    );
  });
});

describe('multiply and transpose', () => {
  test('agree with numpy', () => {
    for (const { a, b, product } of cases.multiply) {
      expectClose(multiply(stored(a), stored(b)).data, product.data);
      expectClose(
        transpose(multiply(transpose(stored(b)), transpose(stored(a)))).data,
        product.data,
      );
    }
  });

  test('reject inner sizes that differ', () => {
    expect(() =>
      multiply(matrix(2, 3, Array(6).fill(1)), matrix(2, 3, Array(6).fill(1))),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: multiply: inner sizes differ: [2, 3] x [2, 3] (3 and 2)]`,
    );
  });
});

describe('svd', () => {
  test('agrees with numpy, for more columns than rows and for low rank too', () => {
    for (const { a, u, values, v } of cases.svd) {
      const result = svd(stored(a));
      expectClose(result.values, values, 1e-14 * Math.max(1, values[0]!));
      expectOrthonormal(result.u);
      expectOrthonormal(result.v);
      const isFullRank = values.every((value) => value > 1e-12);
      if (!isFullRank) continue; // vectors of equal values, here 0, are not determined
      expectColumns(result.u, stored(u), 1e-8); // gaps of 1e-8 in the graded matrix
      expectColumns(result.v, stored(v), 1e-8);
    }
  });

  test('restores the matrix, with descending values that are not negative', () => {
    fc.assert(
      fc.property(matrices, (a) => {
        const { u, values, v } = svd(a);
        expectClose(multiply(multiply(u, diagonal(values)), transpose(v)).data, a.data, 1e-13);
        expect(Array.from(values)).toEqual(Array.from(values).sort((x, y) => y - x));
        expect(values.every((value) => value >= 0)).toBe(true);
      }),
      { seed: 1 },
    );
  });

  test('of zeros has orthonormal vectors and values 0', () => {
    const { u, values, v } = svd(matrix(3, 2, Array(6).fill(0)));
    expect(Array.from(values)).toEqual([0, 0]);
    expectOrthonormal(u);
    expectOrthonormal(v);
  });
});

describe('symmetricEigen', () => {
  test('agrees with numpy, largest eigenvalue first', () => {
    for (const { a, values, vectors } of cases.symmetricEigen) {
      const result = symmetricEigen(stored(a));
      expectClose(result.values, values);
      expectColumns(result.vectors, stored(vectors));
    }
  });

  test('of a diagonal is its sorted entries, equal ones included', () => {
    const { values, vectors } = symmetricEigen(diagonal([2, -1, 5, 2]));
    expect(Array.from(values)).toEqual([5, 2, 2, -1]);
    expectOrthonormal(vectors);
  });

  test('rejects what is not square or not symmetric', () => {
    expect(() => symmetricEigen(matrix(1, 2, [1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: symmetricEigen: [1, 2] is not square]`,
    );
    expect(() => symmetricEigen(matrix(2, 2, [1, 2, 3, 4]))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: symmetricEigen: entry (1, 0) is 3 and (0, 1) is 2; expected a symmetric matrix]`,
    );
  });
});

describe('orthonormalBasis', () => {
  test("is numpy's Q with the diagonal of R positive", () => {
    for (const { a, q } of cases.orthonormalBasis) {
      const basis = orthonormalBasis(stored(a));
      expectClose(basis.data, q.data, 1e-8);
      expectOrthonormal(basis);
    }
  });

  test('is orthonormal for nearly parallel columns (Läuchli), where one projection is not enough', () => {
    const e = 1e-8;
    expectOrthonormal(
      orthonormalBasis(matrix(4, 3, [1, 1, 1, /**/ e, 0, 0, /**/ 0, e, 0, /**/ 0, 0, e])),
    );
  });

  test('leaves orthonormal columns as they are', () => {
    const q = orthonormalBasis(stored(cases.orthonormalBasis[0]!.a));
    expectClose(orthonormalBasis(q).data, q.data, 1e-15);
  });

  test('keeps the span of independent columns and draws a direction for each other one', () => {
    const a = matrix(4, 3, [1, 1, 0, /**/ 0, 0, 1, /**/ 0, 0, 0, /**/ 0, 0, 0]);
    const q = orthonormalBasis(a, uniformStream(keyOf(2)));
    expectOrthonormal(q);
    expectClose(multiply(multiply(q, transpose(q)), a).data, a.data);
    const other = orthonormalBasis(a, uniformStream(keyOf(3)));
    expect(column(other, 1)).not.toEqual(column(q, 1));
  });

  test('needs a generator for dependent columns and a working one', () => {
    const zeros = matrix(3, 2, Array(6).fill(0));
    expect(() => orthonormalBasis(zeros)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: orthonormalBasis: column 0 of [3, 2] depends on the columns before it; give \`random\` to draw a direction in its place]`,
    );
    expect(() => orthonormalBasis(zeros, () => 0)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: orthonormalBasis: \`random\` drew no new direction; expected uniform numbers in [0, 1)]`,
    );
    expect(() => orthonormalBasis(matrix(1, 2, [1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: orthonormalBasis: [1, 2] has more columns than rows, so they cannot be independent]`,
    );
  });
});
