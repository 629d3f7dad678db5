import { describe, expect, test } from 'vitest';
import { keyOf, uniformStream } from '@working-papers/grad';
import {
  matrix,
  mean,
  multiply,
  orthonormalBasis,
  pca,
  svd,
  transpose,
  type Matrix,
} from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/linearAlgebra.json' with { type: 'json' };

/** The first `count` unit vectors of n dimensions, in the columns. */
const axes = (n: number, count: number) =>
  matrix(
    n,
    count,
    Float64Array.from({ length: n * count }, (_, i) => Number(Math.floor(i / count) === i % count)),
  );
const projector = (u: Matrix) => multiply(u, transpose(u));
const energy = (u: Matrix, x: Matrix) =>
  multiply(transpose(u), x).data.reduce((sum, value) => sum + value * value, 0);

describe('pca', () => {
  test('spans the space that numpy finds', () => {
    for (const { x, d, projector: expected } of fixture.cases.pca) {
      const u = pca(matrix(x.rows, x.cols, x.data), d);
      expectClose(projector(u).data, expected.data);
      expectClose(multiply(transpose(u), u).data, axes(d, d).data, 1e-13);
    }
  });

  test('keeps the energy of the d largest singular values, no basis keeps more', () => {
    const { x } = fixture.cases.pca[0]!;
    const data = matrix(x.rows, x.cols, x.data);
    const squares = svd(data).values.map((value) => value * value);
    const most = squares[0]! + squares[1]!;
    expect(energy(pca(data, 2), data)).toBeCloseTo(most, 10);
    const random = uniformStream(keyOf(6));
    const zeros = matrix(x.rows, 2, new Float64Array(2 * x.rows));
    for (let draw = 0; draw < 100; draw++) {
      expect(energy(orthonormalBasis(zeros, random), data)).toBeLessThan(most);
    }
  });

  test('completes data of rank N < d by directions uniform in the complement', () => {
    // E|U Uᵀ - U* U*ᵀ|_F² = 2 (d - N) (1 - (d - N)/(n - N)) if N of the directions of U* are in the data.
    const [n, d, N, draws] = [12, 5, 2, 600];
    const data = axes(n, N);
    const rows = Array.from({ length: n }, (_, i) => [
      Number(i === 0),
      Number(i === 1),
      1,
      i,
      i * i,
    ]);
    const truth = orthonormalBasis(matrix(n, d, rows.flat()));
    const random = uniformStream(keyOf(7));
    const squares = Array.from({ length: draws }, () => {
      const overlap = energy(pca(data, d, random), truth);
      return 2 * (d - overlap);
    });
    const expected = 2 * (d - N) * (1 - (d - N) / (n - N));
    const average = mean(squares);
    const spread = Math.sqrt(mean(squares.map((square) => (square - average) ** 2)) / draws);
    expect(spread).toBeLessThan(0.05); // sees a bias of 0.25 in 4.2
    expect(Math.abs(average - expected)).toBeLessThan(4.9 * spread); // false alarms 1e-6
  });

  test('does not disturb what the data determine when it completes them', () => {
    const x = matrix(4, 2, [3, 0, 0, 0, 0, 2, 0, 0]);
    const u = pca(x, 3, uniformStream(keyOf(8)));
    expectClose(multiply(projector(u), x).data, x.data);
    expect(Math.abs(u.data[0]!)).toBeCloseTo(1, 12);
  });

  test('draws every direction for data that are all zero', () => {
    const u = pca(matrix(3, 2, Array(6).fill(0)), 3, uniformStream(keyOf(9)));
    expectClose(projector(u).data, axes(3, 3).data);
  });

  test('rejects what it cannot do', () => {
    const x = matrix(3, 1, [1, 2, 3]);
    expect(() => pca(x, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: pca: d = 0 is not an integer from 1 to n = 3]`,
    );
    expect(() => pca(x, 4)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: pca: d = 4 is not an integer from 1 to n = 3]`,
    );
    expect(() => pca(x, 2)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: pca: data [3, 1] have rank 1 and determine only as many of d = 2 directions; give \`random\` to draw the others]`,
    );
  });
});
