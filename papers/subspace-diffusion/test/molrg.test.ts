import { foldIn, keyOf } from '@working-papers/grad';
import { matrix, mean, multiply, transpose, type Matrix } from '@working-papers/metrics';
import { describe, expect, test } from 'vitest';
import { makeMolrg, randomBasis, sampleMolrg } from '../molrg.ts';
import { expectClose, Z } from './numbers.ts';

const gram = (u: Matrix, v: Matrix) => multiply(transpose(u), v).data;
const identity = (d: number) =>
  Float64Array.from({ length: d * d }, (_, i) => Number(i % (d + 1) === 0));

describe('makeMolrg', () => {
  test('gives parts of one orthonormal basis', () => {
    const { bases } = makeMolrg({ dim: 10, dims: [2, 3, 4], key: keyOf(1) });
    expect(bases.map(({ rows, cols }) => [rows, cols])).toEqual([
      [10, 2],
      [10, 3],
      [10, 4],
    ]);
    bases.forEach((u, k) =>
      bases.forEach((v, l) => {
        const expected = k === l ? identity(u.cols) : new Float64Array(u.cols * v.cols);
        expectClose(gram(u, v), expected, 1e-12);
      }),
    );
  });

  test('draws each subspace by itself if they need not be orthogonal', () => {
    const { bases } = makeMolrg({ dim: 4, dims: [3, 3], isOrthogonal: false, key: keyOf(2) });
    for (const u of bases) expectClose(gram(u, u), identity(3), 1e-12);
    const [u, v] = bases;
    // Two of 3 dimensions in R^4 share a plane, so |U^T V|^2 is at least 2; 3 if they were the same.
    const overlap = gram(u!, v!).reduce((sum, value) => sum + value * value, 0);
    expect(overlap).toBeGreaterThanOrEqual(2);
    expect(overlap).toBeLessThan(2.9);
  });

  test('is the same for the same key and another for another', () => {
    const make = (seed: number) => makeMolrg({ dim: 6, dims: [2, 2], key: keyOf(seed) });
    expect(make(3)).toEqual(make(3));
    expect(make(3)).not.toEqual(make(4));
  });

  test('rejects dimensions that do not fit', () => {
    const make = (dims: readonly number[]) => () => makeMolrg({ dim: 5, dims, key: keyOf(0) });
    expect(make([3, 3])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: makeMolrg: orthogonal subspaces of 3 + 3 = 6 dimensions do not fit into 5; pass isOrthogonal: false]`,
    );
    expect(make([])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: makeMolrg: dims are []; expected integers from 1 to 5]`,
    );
    expect(make([6])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: makeMolrg: dims are [6]; expected integers from 1 to 5]`,
    );
    expect(make([2, 0])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: makeMolrg: dims are [2, 0]; expected integers from 1 to 5]`,
    );
    expect(make([1.5])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: makeMolrg: dims are [1.5]; expected integers from 1 to 5]`,
    );
  });
});

test('a random subspace favours no direction', () => {
  // E U U^T = (d/n) I; a diagonal entry is Beta(d/2, (n - d)/2), so has variance 2 d (n - d) / (n^2 (n + 2)).
  const [n, d, draws] = [4, 1, 4000];
  const projectors = Array.from({ length: draws }, (_, i) => {
    const u = randomBasis(foldIn(keyOf(5), i), n, d);
    return multiply(u, transpose(u)).data;
  });
  const averages = Array.from({ length: n * n }, (_, i) => mean(projectors.map((p) => p[i]!)));
  const deviation = Math.sqrt((2 * d * (n - d)) / (n ** 2 * (n + 2)) / draws);
  expect(Z * deviation).toBeLessThan(0.02);
  expectClose(
    averages,
    identity(n).map((value) => (value * d) / n),
    Z * deviation,
  );
});

describe('sampleMolrg', () => {
  const model = makeMolrg({ dim: 9, dims: [2, 4], key: keyOf(6) });
  const codesOf = (x: Float32Array, k: number) =>
    multiply(matrix(x.length / 9, 9, x), model.bases[k]!);
  const alternating = (count: number) => Int32Array.from({ length: count }, (_, i) => i % 2);

  test('puts each sample on the subspace of its label', () => {
    const labels = alternating(40);
    const sample = sampleMolrg(model, { labels, key: keyOf(7) });
    expect(sample.labels).toEqual(labels);
    expect(sample.count).toBe(40);
    for (const [i, k] of labels.entries()) {
      const x = sample.x.subarray(9 * i, 9 * (i + 1));
      expectClose(multiply(codesOf(x, k), transpose(model.bases[k]!)).data, x, 1e-6);
    }
  });

  test('draws standard normal coordinates on it', () => {
    const count = 8000;
    const { x } = sampleMolrg(model, { labels: new Int32Array(count).fill(1), key: keyOf(8) });
    const codes = codesOf(x, 1);
    const moments = multiply(transpose(codes), codes).data.map((value) => value / count);
    // Variances have a standard error of sqrt(2 / count), covariances of sqrt(1 / count).
    expectClose(moments, identity(4), Z * Math.sqrt(2 / count));
    const means = multiply(matrix(1, count, Array(count).fill(1 / count)), codes).data;
    expectClose(means, Array(4).fill(0), Z / Math.sqrt(count));
  });

  test('adds noise of the given deviation in all directions', () => {
    const labels = new Int32Array(2000);
    const clean = sampleMolrg(model, { labels, key: keyOf(9) });
    const noisy = sampleMolrg(model, { labels, key: keyOf(9), noise: 0.1 });
    const added = noisy.x.map((value, i) => value - clean.x[i]!);
    for (let axis = 0; axis < 9; axis++) {
      const own = added.filter((_, i) => i % 9 === axis);
      const variance = mean(own.map((value) => value * value));
      expect(Math.abs(variance / 0.01 - 1)).toBeLessThan(Z * Math.sqrt(2 / 2000));
    }
  });

  test('draws components with equal probability', () => {
    const count = 10_000;
    const { labels } = sampleMolrg(model, { count, key: keyOf(10) });
    expect(labels).toHaveLength(count);
    const second = mean(labels);
    expect(Math.abs(second - 0.5)).toBeLessThan((Z * 0.5) / Math.sqrt(count));
    expect(new Set(labels)).toEqual(new Set([0, 1]));
  });

  test('is the same for the same key and another for another', () => {
    const draw = (seed: number) => sampleMolrg(model, { count: 5, key: keyOf(seed) });
    expect(draw(11)).toEqual(draw(11));
    expect(draw(11).x).not.toEqual(draw(12).x);
  });

  test('rejects what it cannot draw', () => {
    const key = keyOf(0);
    expect(() => sampleMolrg(model, { count: 0, key })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sampleMolrg: no samples asked for]`,
    );
    expect(() =>
      sampleMolrg(model, { labels: Int32Array.of(0, 2), key }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sampleMolrg: label 2 is not one of 2 components]`,
    );
  });
});
