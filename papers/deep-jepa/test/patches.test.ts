import { hostData, keyOf, normals } from '@working-papers/grad';
import { matrix, multiply, transpose } from '@working-papers/metrics';
import { describe, expect, test } from 'vitest';
import { describeFeatures, type EstimatedModel } from '../moments.ts';
import { targetsOf } from '../naturalPatches.ts';
import { patchPairs, withTargets } from '../patches.ts';
import { expectClose } from './numbers.ts';

/** Images whose pixel at row r and column c is `value(r, c)`. */
function pictures(count: number, value: (row: number, column: number) => number) {
  const pixels = Uint8Array.from({ length: count * 1024 }, (_, i) =>
    value(Math.floor((i % 1024) / 32), i % 32),
  );
  return { pixels, count, height: 32, width: 32, channels: 1 };
}

const rowsOf = (values: ArrayLike<unknown>) => {
  const flat = Array.from(values, Number);
  return Array.from({ length: flat.length / 64 }, (_, i) => flat.slice(i * 64, (i + 1) * 64));
};

describe('patchPairs', () => {
  test('y lies one pixel up, down, left or right of x, each as often', () => {
    const images = pictures(500, (row, column) => 7 * row + column);
    const { x, y } = patchPairs(images, { perImage: 8, key: keyOf(1) });
    expect(x.shape).toEqual([4000, 64]);
    const [from, to] = [rowsOf(hostData(x)), rowsOf(hostData(y))];
    const counts = new Map<number, number>();
    for (const [i, patch] of from.entries()) {
      const steps = patch.map((value, at) => Math.round((to[i]![at]! - value) * 255));
      expect(new Set(steps).size).toBe(1);
      counts.set(steps[0]!, (counts.get(steps[0]!) ?? 0) + 1);
    }
    expect([...counts.keys()].toSorted((a, b) => a - b)).toEqual([-7, -1, 1, 7]);
    // Binomial with 4000 draws: 1000 +- 4.9 * 27.4.
    for (const count of counts.values()) expect(Math.abs(count - 1000)).toBeLessThan(135);
  });

  test('a pixel of a patch is the mean of 2 x 2 of the image', () => {
    const images = pictures(40, (row, column) => 7 * row + column);
    const { x } = patchPairs(images, { perImage: 1, key: keyOf(2) });
    for (const patch of rowsOf(hostData(x))) {
      const [first, right, below] = [patch[0]!, patch[1]!, patch[8]!].map((value) => value * 255);
      expect(right! - first!).toBeCloseTo(2, 3);
      expect(below! - first!).toBeCloseTo(14, 3);
      // The mean of v, v + 1, v + 7 and v + 8.
      expect(first! % 1).toBeCloseTo(0, 3);
    }
  });

  test('colours become their luma', () => {
    const pixels = new Uint8Array(3 * 32 * 32);
    for (let i = 0; i < 1024; i++) pixels.set([255, 0, 100], 3 * i);
    const images = { pixels, count: 1, height: 32, width: 32, channels: 3 };
    const { x } = patchPairs(images, { perImage: 1, key: keyOf(1) });
    expect(Number(hostData(x)[0])).toBeCloseTo((0.299 * 255 + 0.114 * 100) / 255, 5);
  });

  test('stay inside the image: a shift is possible from every place', () => {
    const images = { ...pictures(300, (row, column) => row + column), height: 18, width: 18 };
    const { x, y } = patchPairs(images, { perImage: 1, key: keyOf(3) });
    for (const values of [hostData(x), hostData(y)]) {
      expect(Array.from(values, Number).every(Number.isFinite)).toBe(true);
    }
    expect(() =>
      patchPairs({ ...images, height: 17 }, { perImage: 1, key: keyOf(3) }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: patchPairs: images are 17 x 18; expected 18 x 18 or more]`,
    );
  });
});

/** Features of falling covariance with couplings among them. */
function madeUpModel(dim: number): EstimatedModel {
  const mix = matrix(
    dim,
    dim,
    normals(keyOf(4), dim * dim).map((value) => 0.02 * value),
  );
  const couplings = multiply(mix, transpose(mix));
  const symmetric = (diagonal: (i: number) => number) =>
    matrix(
      dim,
      dim,
      couplings.data.map(
        (value, at) => value + (at % (dim + 1) === 0 ? diagonal(at / (dim + 1)) : 0),
      ),
    );
  const xy = symmetric((i) => 10 / (i + 1));
  const xx = symmetric((i) => 10 / (i + 1) / (0.95 - (0.5 * i) / dim));
  const identity = symmetric(() => 0);
  return { basis: identity, ...describeFeatures({ xx, xy, yy: xx }) };
}

describe('withTargets', () => {
  const model = madeUpModel(6);
  const targets = [
    { feature: 4, lambda: 2, rho: 0.4 },
    { feature: 1, lambda: 0.5, rho: model.rho[1]! },
  ];

  test('gives features the lambda and rho that are asked for', () => {
    const { lambda, rho } = describeFeatures(withTargets(model, targets));
    expectClose(lambda, [2, 0.5], 1e-12);
    expectClose(rho, [0.4, model.rho[1]!], 1e-12);
  });

  test('scales couplings with their features, and noise adds none', () => {
    const { xx, xy } = withTargets(model, targets);
    const scale = Math.sqrt((2 / model.lambda[4]!) * (0.5 / model.lambda[1]!));
    expect(xy.data[1]).toBeCloseTo(scale * model.covariances.xy.data[4 * 6 + 1]!, 12);
    expect(xx.data[1]).toBeCloseTo(scale * model.covariances.xx.data[4 * 6 + 1]!, 12);
  });

  test('refuses a rho above that of the feature itself', () => {
    expect(() =>
      withTargets(model, [{ feature: 4, lambda: 1, rho: 0.9 }]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: withTargets: feature 4 has lambda = 2.0013120354147076 and rho = 0.6168216792541481; noise cannot make rho = 0.9 of it]`,
    );
  });
});

describe('targetsOf', () => {
  const model = madeUpModel(20);
  const draw = (setting: 'equal lambda' | 'equal rho' | 'trade-off', seed = 1) =>
    targetsOf(setting, model, { config: { leastRho: 0.5 }, key: keyOf(seed) });

  test('equal lambda: noise on half of the features, drawn anew by each key', () => {
    const targets = draw('equal lambda');
    expect(targets.every(({ lambda }) => lambda === 1)).toBe(true);
    const noisy = targets.filter(({ feature, rho }) => rho !== model.rho[feature]);
    expect(noisy).toHaveLength(Math.ceil(targets.length / 2));
    for (const { feature, rho } of noisy) {
      expect(rho).toBeGreaterThanOrEqual(0.3);
      expect(rho).toBeLessThan(model.rho[feature]!);
    }
    expect(draw('equal lambda', 2)).not.toEqual(targets);
    expect(draw('equal lambda')).toEqual(targets);
  });

  test('equal rho: covariances over a factor of two, in their own order', () => {
    const targets = draw('equal rho');
    expect(targets.every(({ rho }) => rho === 0.5)).toBe(true);
    expect([targets[0]!.lambda, targets.at(-1)!.lambda]).toEqual([2, 1]);
    for (const [i, { feature, lambda }] of targets.entries()) {
      if (i === 0) continue;
      expect(lambda).toBeLessThan(targets[i - 1]!.lambda);
      expect(model.lambda[feature]).toBeLessThan(model.lambda[targets[i - 1]!.feature]!);
    }
  });

  test('trade-off: the larger the covariance, the more noise', () => {
    const targets = draw('trade-off');
    for (const { feature, lambda, rho } of targets) {
      const height = Math.log(lambda) / Math.log(1.2);
      expect(rho).toBeLessThanOrEqual(1.1 * (0.6 - 0.3 * height) + 1e-12);
      expect(rho).toBeGreaterThanOrEqual(0.6 - 0.3 * height - 1e-12);
      expect(rho).toBeLessThanOrEqual(model.rho[feature]!);
    }
    expect(targets[0]!.lambda).toBeCloseTo(1.2, 12);
  });
});
