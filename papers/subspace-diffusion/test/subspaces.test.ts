import { foldIn, keyOf, uniformStream, type Key } from '@working-papers/grad';
import {
  clusteringAccuracy,
  matrix,
  mean,
  multiply,
  pca,
  transpose,
} from '@working-papers/metrics';
import { describe, expect, test } from 'vitest';
import { columns, makeMolrg, randomBasis, sampleMolrg } from '../molrg.ts';
import { assign, kSubspaces, matchedDistance, subspaceDistance } from '../subspaces.ts';
import { expectClose, rotation } from './numbers.ts';

describe('subspaceDistance', () => {
  test.each([
    [3, 3],
    [2, 4],
    [1, 5],
  ])('is |U U^T - V V^T|_F for %i and %i dimensions', (d, e) => {
    const [u, v] = [randomBasis(keyOf(1), 7, d), randomBasis(keyOf(2), 7, e)];
    const [p, q] = [multiply(u, transpose(u)).data, multiply(v, transpose(v)).data];
    const direct = Math.sqrt(p.reduce((sum, value, i) => sum + (value - q[i]!) ** 2, 0));
    expect(subspaceDistance(u, v)).toBeCloseTo(direct, 12);
    expect(subspaceDistance(v, u)).toBeCloseTo(direct, 12);
  });

  test('is the same for every basis of a span', () => {
    const [u, v] = [randomBasis(keyOf(3), 7, 3), randomBasis(keyOf(4), 7, 3)];
    const rotated = multiply(u, rotation(keyOf(5), 3));
    expect(subspaceDistance(rotated, v)).toBeCloseTo(subspaceDistance(u, v), 12);
    expect(subspaceDistance(rotated, u)).toBeLessThan(1e-14);
  });

  test('is sqrt(2 d) between orthogonal subspaces', () => {
    const whole = randomBasis(keyOf(6), 9, 8);
    const [u, v] = [columns(whole, 0, 4), columns(whole, 4, 8)];
    expect(subspaceDistance(u, v)).toBeCloseTo(Math.sqrt(8), 12);
  });

  test('sees an angle too small for d - |U^T V|^2', () => {
    const angle = 1e-9;
    const [u, v] = [matrix(2, 1, [1, 0]), matrix(2, 1, [Math.cos(angle), Math.sin(angle)])];
    expect(subspaceDistance(u, v) / (Math.SQRT2 * angle)).toBeCloseTo(1, 6);
  });
});

describe('matchedDistance', () => {
  const whole = randomBasis(keyOf(7), 8, 8);
  const bases = [0, 2, 4].map((start) => columns(whole, start, start + 2));

  test('finds which learned subspace is which', () => {
    const learned = [bases[2]!, bases[0]!, bases[1]!];
    const { distance, match } = matchedDistance(learned, bases);
    expect(distance).toBeLessThan(1e-12);
    expect([...match]).toEqual([2, 0, 1]);
  });

  test('is the mean over the pairs of the best matching', () => {
    // One right, two orthogonal to what is left: (0 + 2 + 2) / 3.
    const other = columns(whole, 6, 8);
    const learned = [other, bases[0]!, other];
    expect(matchedDistance(learned, bases).distance).toBeCloseTo(4 / 3, 10);
  });
});

test('points go to the subspace that holds most of them, the first among equals', () => {
  const bases = [matrix(3, 1, [1, 0, 0]), matrix(3, 2, [0, 0, 1, 0, 0, 1])];
  const x = Float32Array.of(3, 1, 1, 1, 1, 1, -2, 0, 2);
  expect([...assign(x, bases)]).toEqual([0, 1, 0]);
});

describe('PCA of samples of one subspace', () => {
  const [n, d, seeds] = [48, 8, 20];
  const distances = (N: number) =>
    Array.from({ length: seeds }, (_, seed) => {
      const key = [N, seed].reduce<Key>(foldIn, keyOf(8));
      const model = makeMolrg({ dim: n, dims: [d], key });
      const { x } = sampleMolrg(model, { count: N, key: foldIn(key, 'samples') });
      const found = pca(transpose(matrix(N, n, x)), d, uniformStream(foldIn(key, 'complete')));
      return subspaceDistance(found, model.bases[0]!);
    });

  test.each([2, 3, 4, 5, 6, 7])(
    'is off by what chance leaves of the missing directions, N = %i < d = 8',
    (N) => {
      const expected = Math.sqrt(2 * (d - N) * (1 - (d - N) / (n - N)));
      const measured = distances(N);
      const average = mean(measured);
      const variance =
        measured.reduce((sum, value) => sum + (value - average) ** 2, 0) / (seeds - 1);
      const standardError = Math.sqrt(variance / seeds);
      expect(Math.abs(average - expected)).toBeLessThan(3 * standardError);
      expect(standardError).toBeLessThan(0.02);
    },
  );

  test.each([8, 9, 15])('recovers it, N = %i >= d = 8', (N) => {
    expect(mean(distances(N))).toBeLessThan(1e-5);
  });
});

describe('kSubspaces', () => {
  test('puts every clean point of orthogonal subspaces right', () => {
    for (const seed of [9, 10]) {
      const model = makeMolrg({ dim: 9, dims: [2, 2, 2], key: keyOf(seed) });
      const labels = Int32Array.from({ length: 36 }, (_, i) => i % 3);
      const { x } = sampleMolrg(model, { labels, key: keyOf(seed + 100) });
      const found = kSubspaces(x, { dim: 9, d: 2, components: 3, key: keyOf(seed + 200) });
      expect(clusteringAccuracy(found.labels, labels)).toBe(1);
      expect(matchedDistance(found.bases, model.bases).distance).toBeLessThan(1e-5);
      expect(found.energy / squaredLength(x)).toBeCloseTo(1, 6);
    }
  });

  test('keeps the restart with the most energy', () => {
    const { x } = sampleMolrg(makeMolrg({ dim: 6, dims: [2, 2], key: keyOf(12) }), {
      count: 12,
      noise: 1,
      key: keyOf(13),
    });
    const options = { dim: 6, d: 2, components: 2, key: keyOf(14) };
    const energies = [1, 2, 5, 20].map(
      (restarts) => kSubspaces(x, { ...options, restarts }).energy,
    );
    expect(energies).toEqual(energies.toSorted((a, b) => a - b));
    expect(energies.at(-1)).toBeGreaterThan(energies[0]!);
  });

  test('starts an empty cluster again at a point that is held badly', () => {
    // Most random starts give both of two lines at 30 degrees in R^20 to one basis, and a random basis
    // in the place of the other would get none again.
    const angle = Math.PI / 6;
    const lines = [0, angle].map((phi) =>
      matrix(20, 1, [Math.cos(phi), Math.sin(phi), ...Array<number>(18).fill(0)]),
    );
    const labels = Int32Array.from({ length: 10 }, (_, i) => i % 2);
    const { x } = sampleMolrg({ dim: 20, bases: lines }, { labels, key: keyOf(15) });
    const accuracies = Array.from({ length: 10 }, (_, i) => {
      const options = { dim: 20, d: 1, components: 2, restarts: 1, key: keyOf(16 + i) };
      return clusteringAccuracy(kSubspaces(x, options).labels, labels);
    });
    expect(accuracies).toEqual(Array(10).fill(1));
  });

  test('gives orthonormal bases where there is nothing to cluster', () => {
    const options = { dim: 4, d: 2, components: 3, restarts: 2, key: keyOf(40) };
    const equal = new Float32Array(20).fill(1);
    for (const x of [new Float32Array(12), Float32Array.of(1, 2, 3, 4), equal]) {
      const { bases, labels, energy } = kSubspaces(x, options);
      for (const u of bases) expectClose(multiply(transpose(u), u).data, [1, 0, 0, 1], 1e-12);
      expect([...labels].every((label) => [0, 1, 2].includes(label))).toBe(true);
      expect(energy).toBeCloseTo(squaredLength(x), 4);
    }
  });

  test('rejects what it cannot cluster', () => {
    const options = { dim: 2, d: 1, components: 2, key: keyOf(0) };
    const x = Float32Array.of(1, 0, 0, 1);
    expect(() => kSubspaces(new Float32Array(0), options)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: kSubspaces: 0 points, K = 2, restarts = 20; expected at least one of each]`,
    );
    expect(() => kSubspaces(x, { ...options, components: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: kSubspaces: 2 points, K = 0, restarts = 20; expected at least one of each]`,
    );
    expect(() => kSubspaces(x, { ...options, restarts: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: kSubspaces: 2 points, K = 2, restarts = 0; expected at least one of each]`,
    );
  });
});

function squaredLength(x: Float32Array): number {
  return x.reduce((sum, value) => sum + value * value, 0);
}
