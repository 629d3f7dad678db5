import { evaluate, foldIn, keyOf, normal, tensor } from '@working-papers/grad';
import { matrix, multiply, orthonormalBasis, svd, transpose } from '@working-papers/metrics';
import type { Row } from '@working-papers/paper-kit';
import { describe, expect, test } from 'vitest';
import {
  largestAngle,
  lowDimensionRows,
  reconstructionError,
  type LowDimensionCell,
} from '../autoencoder.ts';
import { linearMapRows, type LinearMapCell } from '../linearMap.ts';
import { firstColumns, matrixOf, svdFactors, tensorOf } from '../matrices.ts';
import { applyLinear, rankMask } from '../method.ts';
import { context } from './surroundings.ts';
import { backend, expectClose, lowRankLayer, numbersOf } from './numbers.ts';

const allOf = async (rows: AsyncGenerator<Row, void, void>) => {
  const found: Row[] = [];
  for await (const row of rows) found.push(row);
  return found;
};

const mapCell: LinearMapCell = {
  label: 'E1',
  cost: 1,
  part: 'E1',
  method: 'LoD',
  seed: 0,
  outputs: 9,
  inputs: 6,
  rank: 3,
  steps: 2500,
  learningRate: 0.5,
  every: 2500,
};

describe('a linear map', () => {
  test("becomes its SVD under sampled ranks at the notebook's rate", async () => {
    const [row] = await allOf(linearMapRows(mapCell, context));
    for (const k of [1, 2, 3]) expect(row![`error${k}`]).toBeLessThan(1e-3);
    const [importances, values] = ['importances', 'singularValues'].map((key) =>
      String(row![key]).split(' ').map(Number),
    );
    for (const i of [0, 1, 2]) expect(importances![i]! / values![i]!).toBeCloseTo(1, 1);
    expect(importances![3]).toBeLessThan(0.05 * importances![2]!);
  });

  test('is fitted as well without sampling, but its first terms are not the best', async () => {
    const [row] = await allOf(linearMapRows({ ...mapCell, method: 'no sampling' }, context));
    expect(row!['loss']).toBeLessThan(1e-3);
    expect(row!['error1']).toBeGreaterThan(0.05);
  });

  test('gives the same rows for the same cell, others for another seed, and one after every so many steps', async () => {
    const short = { ...mapCell, steps: 30, every: 10 };
    const [a, b, c] = await Promise.all(
      [short, short, { ...short, seed: 1 }].map((cell) => allOf(linearMapRows(cell, context))),
    );
    expect(b).toEqual(a);
    expect(a!.map((row) => row['step'])).toEqual([10, 20, 30]);
    expect(c![0]!['error1']).not.toBe(a![0]!['error1']);
  });
});

const lowCell: LowDimensionCell = {
  label: 'E2',
  cost: 1,
  part: 'E2 low dimension',
  method: 'LoD',
  isDropped: false,
  seed: 0,
  points: 100,
  dim: 10,
  deviations: [1, 0.8, 0.6],
  steps: 1500,
  learningRate: 0.1,
  lambda: 1e-2,
  every: 750,
};

test.each([
  [false, 3],
  [true, 2],
])(
  'an autoencoder of ten ranks keeps as many as the data have dimensions (one dropped: %s)',
  async (isDropped, rank) => {
    const rows = await allOf(lowDimensionRows({ ...lowCell, isDropped }, context));
    const [half, last] = rows.map((row) => String(row['importances']).split(' ').map(Number));
    expect(half!.filter((value) => value > 0.5)).toHaveLength(3);
    expect(last!.filter((value) => value > 0.5)).toHaveLength(rank);
    expect(rows.at(-1)).toMatchObject({ trueRank: rank, foundRank: rank });
    // Principal components are of length one.
    expect(last![0]).toBeCloseTo(1, 1);
  },
);

describe('the reconstruction error through the covariance', () => {
  const x = normal(keyOf(1), [40, 7]);
  const covariance = x.matmul(x, { transposeA: true, scale: 1 / 40 });

  test('is that of the layer on the data, less their variance', async () => {
    const layer = { ...lowRankLayer(2, 7, 7, 4), b: tensor(new Float32Array(7)) };
    for (const b of [1, 3, 4]) {
      const mask = rankMask(4, b);
      const direct = applyLinear(layer, x, mask).sub(x).square().sum().div(40);
      const variance = x.square().sum().div(40);
      const [expected = NaN] = await numbersOf(direct.sub(variance));
      const [through = NaN] = await numbersOf(reconstructionError(layer, mask, covariance));
      expect(through / expected).toBeCloseTo(1, 5);
    }
  });

  test('is least for the principal components', async () => {
    const { values, v } = svd(matrixOf(await evaluate(covariance, { backend })));
    const best = tensorOf(firstColumns(v, 3));
    const [least = NaN] = await numbersOf(
      reconstructionError({ u: best, v: best }, rankMask(3, 3), covariance),
    );
    expect(least).toBeCloseTo(-values.slice(0, 3).reduce((sum, value) => sum + value, 0), 4);
  });
});

describe('the largest principal angle', () => {
  const a = orthonormalBasis(matrixOf(normal(foldIn(keyOf(3), 'a'), [6, 2])));

  test('is that by which one direction was turned', () => {
    for (const degrees of [0, 10, 90]) {
      const [cos, sin] = [Math.cos((degrees * Math.PI) / 180), Math.sin((degrees * Math.PI) / 180)];
      const flat = matrix(3, 2, [1, 0, 0, 1, 0, 0]);
      const turned = matrix(3, 2, [1, 0, 0, cos, 0, sin]);
      expect(largestAngle(flat, turned)).toBeCloseTo(degrees, 5);
    }
  });

  test('does not see how a space is spanned', () => {
    const mixed = multiply(a, matrix(2, 2, [2, 1, -1, 3]));
    expect(largestAngle(a, mixed)).toBeLessThan(1e-5);
  });
});

test.each([
  [4, 7],
  [7, 4],
])('factors of a matrix %i x %i have its singular values and give it back', (rows, cols) => {
  const a = matrixOf(normal(keyOf(9), [rows, cols]));
  const { left, right } = svdFactors(a);
  expectClose(multiply(left, transpose(right)).data, a.data, 1e-12);
  const gram = multiply(transpose(right), right);
  const expected = svd(a).values;
  for (let i = 0; i < 4; i++) expect(gram.data[i * 5]).toBeCloseTo(expected[i]!, 10);
});
