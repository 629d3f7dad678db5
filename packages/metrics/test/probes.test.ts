import { describe, expect, test } from 'vitest';
import { keyOf, normals } from '@working-papers/grad';
import {
  accuracy,
  applyLinear,
  argmaxOfRows,
  linearProbe,
  logisticRegression,
  matrix,
  multiply,
  ridge,
  softmaxOfRows,
  standardisationOf,
  standardise,
  transpose,
  type Matrix,
} from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/probes.json' with { type: 'json' };

const { cases } = fixture;
const stored = ({ rows, cols, data }: Matrix | { rows: number; cols: number; data: number[] }) =>
  matrix(rows, cols, data);
const random = (seed: number, rows: number, cols: number) =>
  matrix(rows, cols, normals(keyOf(seed), rows * cols));

describe('standardise', () => {
  test('gives training columns mean 0 and deviation 1, and leaves constant ones at 0', () => {
    const x = matrix(4, 3, [1, 7, 0.1, 2, 7, 0.1, 3, 7, 0.1, 6, 7, 0.1]);
    const standardisation = standardisationOf(x);
    expectClose(standardisation.scales, [Math.sqrt(3.5), 1, 1]);
    const { data } = standardise(x, standardisation);
    const scaled = [-2, -1, 0, 3].map((value) => value / Math.sqrt(3.5));
    expectClose(
      data,
      scaled.flatMap((value) => [value, 0, 0]),
    );
  });

  test('takes a column whose deviation is rounding error for a constant one', () => {
    const x = matrix(10, 1, Array(10).fill(0.1)); // the mean of ten tenths is not 0.1
    expect(standardisationOf(x).means[0]).not.toBe(0.1);
    expect(Array.from(standardisationOf(x).scales)).toEqual([1]);
  });

  test('uses the training moments on other data, of as many columns', () => {
    const standardisation = standardisationOf(matrix(2, 1, [0, 2]));
    expectClose(standardise(matrix(1, 1, [5]), standardisation).data, [4]);
    expect(() =>
      standardise(matrix(1, 2, [5, 5]), standardisation),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: standardise: [1, 2] has not the 1 columns of the standardisation]`,
    );
  });
});

describe('ridge', () => {
  test("is scikit-learn's RidgeCV, with fewer and with more columns than rows", () => {
    for (const { x, y, penalties, penalty, ...expected } of cases.ridge) {
      const fit = ridge(stored(x), stored(y), penalties);
      expect(fit.penalty).toBe(penalty);
      expectClose(fit.weights.data, expected.weights.data, 1e-9);
      expectClose(fit.intercepts, expected.intercepts, 1e-9);
      expectClose(fit.errors, expected.errors, 1e-9);
    }
  });

  test('has the leave-one-out error of fits that leave one out', () => {
    for (const d of [2, 9]) {
      const [x, y] = [random(1, 7, d), random(2, 7, 2)];
      let sum = 0;
      for (let left = 0; left < 7; left++) {
        const without = ({ rows, cols, data }: Matrix) =>
          matrix(
            rows - 1,
            cols,
            data.filter((_, at) => Math.floor(at / cols) !== left),
          );
        const row = ({ cols, data }: Matrix) =>
          matrix(1, cols, data.slice(left * cols, (left + 1) * cols));
        const predicted = applyLinear(ridge(without(x), without(y), [0.7]), row(x));
        row(y).data.forEach((value, o) => (sum += (value - predicted.data[o]!) ** 2 / 14));
      }
      expectClose(ridge(x, y, [0.7]).errors, [sum], 1e-10);
    }
  });

  test('recovers an exact map as the penalty vanishes, and the mean as it grows', () => {
    const x = random(3, 20, 3);
    const y = applyLinear({ weights: random(4, 3, 2), intercepts: Float64Array.of(5, -1) }, x);
    expectClose(applyLinear(ridge(x, y, [1e-9]), x).data, y.data, 1e-8);
    const flat = ridge(x, y, [1e12]);
    expectClose(flat.weights.data, Array(6).fill(0), 1e-9);
    expectClose(flat.intercepts, standardisationOf(y).means, 1e-9);
  });

  test('rejects penalties that are not positive and rows that do not fit', () => {
    const x = matrix(2, 1, [1, 2]);
    expect(() => ridge(x, x, [])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: ridge: penalties []; expected positive numbers]`,
    );
    expect(() => ridge(x, x, [1, 0])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: ridge: penalties [1, 0]; expected positive numbers]`,
    );
    expect(() => ridge(x, matrix(1, 1, [1]), [1])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: ridge: x [2, 1] and y [1, 1]; expected as many rows, 2 or more]`,
    );
  });
});

describe('logisticRegression', () => {
  test("gives the probabilities of scikit-learn's, of two classes with half the penalty", () => {
    for (const { x, labels, penalty, probabilities } of cases.logistic) {
      const map = logisticRegression(stored(x), labels, { penalty });
      const own = softmaxOfRows(applyLinear(map, stored(x)));
      expectClose(own.data, probabilities.data, 1e-7);
    }
  });

  test('ends where the gradient is 0: xᵀ(p - onehot) + penalty W, and Σ (p - onehot)', () => {
    const x = random(5, 80, 4);
    const labels = Int32Array.from({ length: 80 }, (_, i) => (x.data[4 * i]! > 0 ? 1 : i % 3));
    const map = logisticRegression(x, labels, { penalty: 0.3, tolerance: 1e-12 });
    const p = softmaxOfRows(applyLinear(map, x));
    const residual = {
      ...p,
      data: p.data.map((v, at) => v - Number(labels[Math.floor(at / 3)] === at % 3)),
    };
    const gradient = multiply(transpose(x), residual);
    expectClose(
      gradient.data.map((v, at) => v + 0.3 * map.weights.data[at]!),
      Array(12).fill(0),
      1e-9,
    );
    expectClose(multiply(matrix(1, 80, Array(80).fill(1)), residual).data, [0, 0, 0], 1e-9);
    expectClose([map.intercepts.reduce((sum, b) => sum + b, 0)], [0]);
  });

  test('stays finite and right on separable data with a small penalty', () => {
    const x = matrix(4, 1, [-2, -1, 1, 2]);
    const map = logisticRegression(x, [0, 0, 1, 1], { penalty: 1e-6 });
    expect(map.weights.data.every(Number.isFinite)).toBe(true);
    expect(Array.from(argmaxOfRows(applyLinear(map, x)))).toEqual([0, 0, 1, 1]);
  });

  test('knows classes that do not occur', () => {
    const { weights } = logisticRegression(matrix(2, 1, [-1, 1]), [0, 2], { classes: 5 });
    expect([weights.rows, weights.cols]).toEqual([1, 5]);
  });

  test('rejects one class, labels out of range, options out of range and too few steps', () => {
    const x = matrix(2, 1, [1, 2]);
    expect(() => logisticRegression(x, [1, 1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: logisticRegression: all labels are 1; expected two classes or more]`,
    );
    expect(() => logisticRegression(x, [0])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: logisticRegression: 1 labels for [2, 1]]`,
    );
    expect(() => logisticRegression(x, [0, 3], { classes: 3 })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: logisticRegression: label 1 is 3; expected an integer from 0 to 2]`,
    );
    expect(() => logisticRegression(x, [0, NaN])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: logisticRegression: label 1 is NaN; expected an integer from 0]`,
    );
    expect(() => logisticRegression(x, [0, 1], { penalty: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: logisticRegression: penalty = 0, tolerance = 1e-8; expected positive numbers]`,
    );
    expect(() =>
      logisticRegression(x, [0, 1], { maxIterations: 0 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: logisticRegression: after 0 steps the gradient is 0.25, above 1e-8; standardise x, or raise penalty or maxIterations]`,
    );
  });
});

describe('linearProbe', () => {
  const d = 30;
  /** Two classes along one direction among many, in odd units. */
  const labelled = (seed: number, count: number) => {
    const features = random(seed, count, d);
    const labels = Int32Array.from({ length: count }, (_, i) => i % 2);
    labels.forEach((label, i) => (features.data[i * d]! += 3 * label));
    for (let i = 0; i < features.data.length; i++) features.data[i]! *= 10 ** ((i % d) - 15);
    return { features, labels };
  };

  test('reads a direction in spite of units that differ, and chooses the penalty that generalises', () => {
    const penalties = [1e-3, 1, 30, 1e5];
    const result = linearProbe(labelled(6, 60), labelled(7, 4000), { penalties, key: keyOf(8) });
    expect(result.accuracy).toBeGreaterThan(0.8); // 0.933 is the best possible, with many items
    expect(result.balancedAccuracy).toBeCloseTo(result.accuracy, 1);
    expect(result.foldLosses).toHaveLength(4);
    expect(result.penalty).toBe(
      penalties[result.foldLosses.indexOf(Math.min(...result.foldLosses))],
    );
    expect([1, 30]).toContain(result.penalty);
    const overfit = linearProbe(labelled(6, 60), labelled(7, 4000), {
      penalties: [1e-3],
      key: keyOf(8),
    });
    expect(overfit.loss).toBeGreaterThan(result.loss);
    expect(overfit.foldLosses).toHaveLength(0);
  });

  test('is at chance for labels that have nothing to do with the features', () => {
    const [train, test] = [labelled(9, 400), labelled(10, 4000)];
    const coin = (i: number) => Math.floor(i / 2) % 2;
    const result = linearProbe(
      { ...train, labels: train.labels.map((_, i) => coin(i)) },
      { ...test, labels: test.labels.map((_, i) => coin(i)) },
      { penalties: [10], key: keyOf(11) },
    );
    expect(Math.abs(result.accuracy - 0.5)).toBeLessThan((4.9 * 0.5) / Math.sqrt(4000));
  });

  test('predicts by its map of standardised features', () => {
    const test = labelled(13, 50);
    const result = linearProbe(labelled(12, 50), test, { penalties: [1], key: keyOf(14) });
    const logits = applyLinear(result.map, standardise(test.features, result.standardisation));
    expect(accuracy(argmaxOfRows(logits), test.labels)).toBe(result.accuracy);
  });

  test('rejects sizes that differ, no penalties and folds out of range', () => {
    const [train, test] = [labelled(15, 6), labelled(16, 4)];
    const key = keyOf(17);
    const options = { penalties: [1, 2], key };
    expect(() =>
      linearProbe({ ...train, labels: [0, 1] }, test, options),
    ).toThrowErrorMatchingInlineSnapshot(`[ShapeError: linearProbe: 2 train labels for [6, 30]]`);
    expect(() =>
      linearProbe(train, test, { penalties: [], key }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: linearProbe: no penalties; expected one or more]`,
    );
    expect(() =>
      linearProbe(train, test, { ...options, folds: 7 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: linearProbe: folds = 7 is not an integer from 2 to 6, the number of items]`,
    );
  });
});
