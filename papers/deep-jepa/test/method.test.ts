import fc from 'fast-check';
import { grad, keyOf, normals, tensor, type Tensor } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import {
  criticalTime,
  encoderProduct,
  expectedLoss,
  featureOde,
  featureVelocity,
  fixedPoint,
  sampleLoss,
  type Feature,
  type LinearNetwork,
  type Objective,
} from '../method.ts';
import { expectClose, numbersOf } from './numbers.ts';

const objectives = ['jepa', 'mae'] as const;
const depths = [1, 2, 3, 5] as const;
const feature = (objective: Objective, depth: number, lambda = 1, rho = 1): Feature => {
  return { objective, depth, lambda, rho };
};
const exact = (each: Feature, initialScale: number) => criticalTime(each, { initialScale }).exact;

/** As many significant digits as a printed number has. */
const printed = (value: number, digits: number) => Number(value.toPrecision(digits));

describe('numbers of part E1', () => {
  test.each([
    [2, 1, 786, 17.8],
    [2, 0.5, 929, 17.2],
    [3, 1, 1780, 31.0],
    [3, 0.5, 2640, 30.4],
  ])('L = %i, rho = %d, eps = 0.01: JEPA %d, MAE %d', (depth, rho, jepa, mae) => {
    expect(printed(exact(feature('jepa', depth, 1, rho), 0.01), 3)).toBe(jepa);
    expect(printed(exact(feature('mae', depth, 1, rho), 0.01), 3)).toBe(mae);
  });

  test('L = 1, eps = 0.001: 1.00e3 and 1.01e3, no bias', () => {
    expect(printed(exact(feature('jepa', 1, 1, 1), 0.001), 3)).toBe(1000);
    expect(printed(exact(feature('jepa', 1, 1, 0.5), 0.001), 3)).toBe(1010);
  });

  test.each([
    [1, 40, 52, 2],
    [2, 266, 299, 3],
    [3, 663, 622, 3],
    [5, 1792, 1330, 4],
    [8, 4.5e4, 2.45e4, 2],
  ])(
    'L = %i: JEPA learns the noisy feature at %d and the clean one at %d',
    (depth, noisy, clean, digits) => {
      const eps = Math.min(0.02, 0.3 * 0.6 ** depth);
      expect(printed(exact(feature('jepa', depth, 1.3, 0.6), eps), digits)).toBe(noisy);
      expect(printed(exact(feature('jepa', depth, 1, 1), eps), depth === 8 ? 3 : digits)).toBe(
        clean,
      );
      const mae = [feature('mae', depth, 1.3, 0.6), feature('mae', depth, 1, 1)];
      expect(exact(mae[0]!, eps)).toBeLessThan(exact(mae[1]!, eps));
    },
  );

  test('L = 3: MAE learns the noisy feature at 14.3 and the clean one at 19.0', () => {
    expect(printed(exact(feature('mae', 3, 1.3, 0.6), 0.02), 3)).toBe(14.3);
    expect(printed(exact(feature('mae', 3, 1, 1), 0.02), 3)).toBe(19.0);
  });
});

describe('criticalTime', () => {
  /** With v = wbar^(1/L) / rho the integral of 1 / (v^(2L) (1 - v)) by partial fractions. */
  function closedForm(depth: number, lambda: number, rho: number, eps: number): number {
    const primitive = (v: number) => {
      let sum = Math.log(v / (1 - v));
      for (let k = 1; k < 2 * depth; k++) sum -= 1 / (k * v ** k);
      return sum;
    };
    const [from, to] = [eps ** (1 / depth) / rho, 0.5 ** (1 / depth)];
    return (depth / lambda) * rho ** (1 - 2 * depth) * (primitive(to) - primitive(from));
  }

  test('is the closed form of JEPA at any depth', () => {
    const setting = fc.record({
      depth: fc.integer({ min: 1, max: 6 }),
      lambda: fc.double({ min: 0.1, max: 10, noNaN: true }),
      rho: fc.double({ min: 0.3, max: 1, noNaN: true }),
      share: fc.double({ min: 0.001, max: 0.3, noNaN: true }),
    });
    fc.assert(
      fc.property(setting, ({ depth, lambda, rho, share }) => {
        const eps = share * rho ** depth;
        const time = exact(feature('jepa', depth, lambda, rho), eps);
        expect(time / closedForm(depth, lambda, rho, eps)).toBeCloseTo(1, 6);
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test.each(depths)('approaches its leading terms as eps falls, L = %i', (depth) => {
    for (const objective of objectives) {
      const gaps = [1e-2, 1e-4, 1e-6].map((initialScale) => {
        const time = criticalTime(feature(objective, depth, 1.5, 0.8), { initialScale });
        return Math.abs(time.exact / time.asymptotic - 1);
      });
      expect(gaps[1]).toBeLessThan(objective === 'mae' && depth === 1 ? 0.1 : 0.02);
      expect(gaps[2]).toBeLessThan(gaps[1]!);
      expect(gaps[1]).toBeLessThan(gaps[0]!);
    }
  });

  test("has rho in JEPA's leading terms and not in those of the autoencoder", () => {
    const leading = (objective: Objective, rho: number) =>
      criticalTime(feature(objective, 3, 1, rho), { initialScale: 1e-4 }).asymptotic;
    expect(leading('mae', 0.4)).toBe(leading('mae', 1));
    expect(leading('jepa', 0.4)).toBeGreaterThan(1.05 * leading('jepa', 1));
  });

  test.each(objectives)('of %s scales as 1 / lambda exactly', (objective) => {
    for (const depth of depths) {
      const [one, four] = [1, 4].map((lambda) =>
        exact(feature(objective, depth, lambda, 0.7), 0.01),
      );
      expect(one).toBe(4 * four!);
    }
  });

  test('grows with the fraction that counts as learned', () => {
    const at = (fraction: number) =>
      criticalTime(feature('jepa', 2), { initialScale: 0.01, fraction }).exact;
    expect(at(0.25)).toBeLessThan(at(0.5));
    expect(at(0.5)).toBeLessThan(at(0.9));
  });

  test('refuses a start above the mark', () => {
    expect(() =>
      criticalTime(feature('jepa', 3, 1, 0.5), { initialScale: 0.07 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: criticalTime: initialScale = 0.07 for rho = 0.5, L = 3; the initial scale must be below 0.5 rho^L = 0.0625 and above 0]`,
    );
    expect(() =>
      criticalTime(feature('mae', 2, 1, 0.5), { initialScale: 0 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: criticalTime: initialScale = 0 for rho = 0.5, L = 2; the initial scale must be below 0.5 rho^(L / (L + 1)) = 0.3149802624737183 and above 0]`,
    );
    expect(() =>
      criticalTime(feature('jepa', 1), { initialScale: 0.1, fraction: 1.5 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: criticalTime: fraction = 1.5 is not between 0 and 1]`,
    );
  });
});

describe('featureOde', () => {
  test('ends at rho^L for JEPA and rho^(L / (L + 1)) for the autoencoder', () => {
    for (const depth of depths) {
      for (const rho of [0.5, 0.8, 1]) {
        const ends = { jepa: rho ** depth, mae: rho ** (depth / (depth + 1)) };
        for (const objective of objectives) {
          const own = feature(objective, depth, 1.2, rho);
          const start = 0.3 * ends[objective];
          // Near the end it relaxes at the rate rho^(2L - 1) / L or faster.
          const time = exact(own, start) + (25 * depth) / rho ** (2 * depth - 1);
          const [end] = featureOde(own, start, [time]);
          expect(Math.abs(end! - ends[objective])).toBeLessThan(1e-6);
          expect(fixedPoint(own)).toBeCloseTo(ends[objective], 12);
        }
      }
    }
  });

  test('is a logistic curve in wbar^2 for MAE with L = 1', () => {
    const [lambda, rho, eps] = [1.3, 0.6, 0.05];
    const times = [0, 0.5, 1, 2, 4, 8];
    const expected = times.map((t) =>
      Math.sqrt(rho / (1 + (rho / eps ** 2 - 1) * Math.exp(-2 * lambda * t))),
    );
    expectClose(featureOde(feature('mae', 1, lambda, rho), eps, times), expected, 1e-8);
  });

  test('passes half of its end at the critical time', () => {
    for (const objective of objectives) {
      const own = feature(objective, 3, 0.9, 0.7);
      const [half] = featureOde(own, 0.01, [exact(own, 0.01)]);
      expect(half! / fixedPoint(own)).toBeCloseTo(0.5, 5);
    }
  });

  test('runs c times as fast if lambda is c times as large', () => {
    const times = [10, 100, 500];
    const slow = featureOde(feature('jepa', 2, 0.5, 0.8), 0.02, times);
    const fast = featureOde(
      feature('jepa', 2, 1.5, 0.8),
      0.02,
      times.map((t) => t / 3),
    );
    expectClose(fast, slow, 1e-8);
  });

  test('stands still at 0, which is unstable', () => {
    for (const objective of objectives) {
      const velocity = featureVelocity(feature(objective, 2, 1, 0.5));
      expect(velocity(0)).toBe(0);
      expect(velocity(1e-6)).toBeGreaterThan(0);
    }
  });

  test('refuses what is no feature', () => {
    expect(() => fixedPoint(feature('jepa', 0))).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: fixedPoint: depth = 0 is not a positive integer]`,
    );
    expect(() => featureVelocity(feature('jepa', 2, 1, 0))).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: featureVelocity: rho = 0 is not positive]`,
    );
    expect(() => featureVelocity(feature('mae', 2, -1, 1))).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: featureVelocity: lambda = -1 is not positive]`,
    );
    expect(() =>
      featureOde(feature('jepa', 2, 1, 0.5), 0.25, [1]),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: featureOde: initialScale = 0.25 for rho = 0.5, L = 2; the initial scale must be below rho^L = 0.25 and above 0]`,
    );
  });
});

describe('losses', () => {
  const dim = 3;
  const random = (seed: number, shape: readonly number[]): Tensor => {
    const size = shape.reduce((product, each) => product * each, 1);
    return tensor(Float64Array.from(normals(keyOf(seed), size)), { shape });
  };
  const network: LinearNetwork = {
    layers: [random(1, [dim, dim]), random(2, [dim, dim]), random(3, [dim, dim])],
    head: random(4, [dim, dim]),
  };
  const [x, y] = [random(5, [20, dim]), random(6, [20, dim])];
  const moment = (a: Tensor, b: Tensor) => a.matmul(b, { transposeA: true }).mul(1 / 20);
  const moments = { xx: moment(x, x), xy: moment(x, y), yy: moment(y, y) };

  test.each(objectives)(
    '%s: moments give the loss and the gradient of the samples',
    async (objective) => {
      const [byMoments, bySamples] = [
        (params: LinearNetwork) => expectedLoss(objective, params, moments),
        (params: LinearNetwork) => sampleLoss(objective, params, x, y),
      ];
      const value = await numbersOf(bySamples(network));
      expectClose(await numbersOf(byMoments(network)), value, 1e-10 * value[0]!);
      const [expected, actual] = [bySamples, byMoments].map((loss) => grad(loss)(network));
      for (const [own, other] of [
        [actual!.head, expected!.head],
        ...actual!.layers.map((layer, a) => [layer, expected!.layers[a]!] as const),
      ] as const) {
        expectClose(await numbersOf(own), await numbersOf(other), 1e-8);
      }
    },
  );

  test.each(objectives)(
    '%s: the gradient is the closed form with R = V W Sxx - T',
    async (objective) => {
      const { layers, head } = network;
      const [w1, w2, w3] = layers as [Tensor, Tensor, Tensor];
      const product = encoderProduct(layers);
      const T =
        objective === 'jepa' ? product.matmul(moments.xy.transpose()) : moments.xy.transpose();
      const R = head.matmul(product).matmul(moments.xx).sub(T);
      const behind = head.transpose().matmul(R);
      const expected = [
        w2.transpose().matmul(w3.transpose()).matmul(behind),
        w3.transpose().matmul(behind).matmul(w1.transpose()),
        behind.matmul(w1.transpose()).matmul(w2.transpose()),
      ];
      const slopes = grad((params: LinearNetwork) => expectedLoss(objective, params, moments))(
        network,
      );
      expectClose(
        await numbersOf(slopes.head),
        await numbersOf(R.matmul(product.transpose())),
        1e-8,
      );
      for (const [a, each] of expected.entries()) {
        expectClose(await numbersOf(slopes.layers[a]!), await numbersOf(each), 1e-8);
      }
    },
  );

  test('without the stop-gradient the gradient of JEPA is another, its value the same', async () => {
    const of = (isDetached: boolean) => (params: LinearNetwork) =>
      expectedLoss('jepa', params, moments, { isDetached });
    const [held, free] = [true, false].map((isDetached) => ({
      value: of(isDetached)(network),
      slope: grad(of(isDetached))(network).layers[0]!,
    }));
    expectClose(await numbersOf(free!.value), await numbersOf(held!.value), 1e-10);
    const [a, b] = [await numbersOf(free!.slope), await numbersOf(held!.slope)];
    expect(Math.max(...a.map((value, i) => Math.abs(value - b[i]!)))).toBeGreaterThan(0.1);
  });

  test('problems along a leading axis have a loss each', async () => {
    const double = (value: Tensor) => value.reshape([1, dim, dim]).expand([2, dim, dim]);
    const two = { layers: network.layers.map(double), head: double(network.head) };
    const loss = expectedLoss('mae', two, {
      xx: double(moments.xx),
      xy: double(moments.xy),
      yy: double(moments.yy),
    });
    expect(loss.shape).toEqual([2]);
    const [one] = await numbersOf(expectedLoss('mae', network, moments));
    expectClose(await numbersOf(loss), [one!, one!], 1e-10);
  });
});
