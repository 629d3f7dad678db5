import { describe, expect, test } from 'vitest';
import { keyOf, normals, uniformStream } from '@working-papers/grad';
import {
  explainedVariance,
  integrateOnLogGrid,
  keptEnergyFraction,
  matrix,
  nmse,
  orthonormalBasis,
  pca,
  points,
  principalAngles,
  solveOde,
  type Derivative,
} from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/numerics.json' with { type: 'json' };

const { cases } = fixture;
const stored = ({ rows, cols, data }: { rows: number; cols: number; data: number[] }) =>
  matrix(rows, cols, data);
const cloud = (dim: number, ...coordinates: number[]) =>
  points(Float32Array.from(coordinates), dim);

describe('principalAngles', () => {
  test("are scipy's, small and right angles included", () => {
    for (const { a, b, angles } of cases.angles) {
      const own = principalAngles(stored(a), stored(b));
      expectClose(own, angles, 1e-12);
      const exchanged = principalAngles(stored(b), stored(a));
      expectClose(exchanged, own, 1e-12);
    }
  });

  test('of a plane turned by θ in one direction are 0 and θ', () => {
    for (const angle of [1e-10, 0.3, 1.2]) {
      const turned = [1, 0, 0, Math.cos(angle), 0, Math.sin(angle)];
      const [none, own] = principalAngles(matrix(3, 2, [1, 0, 0, 1, 0, 0]), matrix(3, 2, turned));
      expect(none).toBeLessThan(1e-15);
      expectClose([own! / angle], [1], 1e-12);
    }
  });

  test('rejects other heights', () => {
    const [a, b] = [matrix(2, 1, [1, 0]), matrix(3, 1, [1, 0, 0])];
    expect(() => principalAngles(a, b)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: principalAngles: rows differ: [2, 1] and [3, 1]]`,
    );
  });
});

describe('nmse and explainedVariance', () => {
  test("are 1 - R² and R² of scikit-learn, weighted by the coordinates' variances", () => {
    for (const { dim, x, reconstructed, r2 } of cases.reconstructions) {
      expectClose([explainedVariance(cloud(dim, ...x), cloud(dim, ...reconstructed))], [r2]);
    }
  });

  test('are 0 for a perfect reconstruction, 1 for the mean, and exact far from the origin', () => {
    const x = cloud(1, 4096, 4097, 4098);
    expect(nmse(x, x)).toBe(0);
    expect(nmse(x, cloud(1, 4097, 4097, 4097))).toBe(1);
    expect(nmse(x, cloud(1, 4096, 4097, 4097))).toBe(0.5);
  });

  test('reject points without variance and other sizes', () => {
    expect(() => nmse(cloud(1, 1, 1), cloud(1, 1, 1))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: nmse: 2 points without variance; expected two that differ]`,
    );
    expect(() => nmse(cloud(1, 1, 2), cloud(2, 1, 2))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: nmse: sizes differ: [2, 1] and [1, 2]]`,
    );
  });
});

describe('keptEnergyFraction', () => {
  test('is most for PCA and adds up to 1 over a whole basis', () => {
    const x = matrix(4, 30, normals(keyOf(1), 120));
    const kept = keptEnergyFraction(x, pca(x, 2));
    expectClose([keptEnergyFraction(x, pca(x, 4))], [1]);
    const random = uniformStream(keyOf(2));
    for (let draw = 0; draw < 20; draw++) {
      const other = orthonormalBasis(matrix(4, 2, Array(8).fill(0)), random);
      expect(keptEnergyFraction(x, other)).toBeLessThan(kept);
    }
    expect(() =>
      keptEnergyFraction(matrix(1, 1, [0]), matrix(1, 1, [1])),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: keptEnergyFraction: all data are 0; expected some energy]`,
    );
  });
});

describe('solveOde', () => {
  const derivatives: Record<string, Derivative> = {
    logistic: (_t, y) => [y[0]! * (1 - y[0]!)],
    pendulum: (_t, y) => [y[1]!, -Math.sin(y[0]!)],
    driven: (t, y) => [Math.cos(t) - y[0]!],
  };

  test("is as exact as scipy's RK45 for about as many evaluations", () => {
    for (const { name, y0, times, values, error, evaluations } of cases.odes) {
      let calls = 0;
      const f = derivatives[name]!;
      const counted: Derivative = (t, y) => ((calls += 1), f(t, y));
      const own = solveOde(counted, y0, times);
      const largest = Math.max(...own.data.map((value, i) => Math.abs(value - values[i]!)));
      expect(largest).toBeLessThan(1.2 * error);
      expect(calls).toBeLessThan(1.1 * evaluations);
    }
  });

  test('follows its tolerance, between steps too', () => {
    const times = Array.from({ length: 50 }, (_, i) => i / 10);
    const worst = [1e-4, 1e-10].map((tolerance) => {
      const options = { relativeTolerance: tolerance, absoluteTolerance: tolerance };
      const { data } = solveOde((_t, y) => [y[1]!, -y[0]!], [0, 1], times, options);
      return Math.max(...times.map((t, i) => Math.abs(data[2 * i]! - Math.sin(t))));
    });
    expect(worst[0]).toBeLessThan(5e-3);
    expect(worst[1]).toBeLessThan(5e-9);
  });

  test('is exact at once for a polynomial of degree 4, in and at the ends of its steps', () => {
    const times = [0, 0.1, 1, 3.7, 4];
    const { data } = solveOde((t) => [4 * t ** 3 - 2 * t], [1], times);
    expectClose(
      data,
      times.map((t) => t ** 4 - t ** 2 + 1),
      1e-13,
    );
  });

  test('returns the start for one time, and arrives at the last time exactly', () => {
    expect(Array.from(solveOde(() => [1], [3], [0.5]).data)).toEqual([3]);
    const { data } = solveOde((_t, y) => [-y[0]!], [1], [0, 1e-30, 1e3]);
    expect(data[1]).toBe(1);
    expect(Math.abs(data[2]!)).toBeLessThan(1e-6);
  });

  test('reports divergence, NaN, shapes that do not fit, and options out of range', () => {
    expect(() => solveOde((_t, y) => [y[0]! ** 2], [1], [0, 2])).toThrow(
      /^solveOde: (at t = (0\.99999|1)|the derivative is Infinity)/,
    );
    expect(() => solveOde(() => [NaN], [1], [0, 2])).toThrowErrorMatchingInlineSnapshot(
      `[NonFiniteError: solveOde: the derivative is NaN in place 0 at t = 0]`,
    );
    expect(() => solveOde(() => [1, 2], [1], [0, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: solveOde: the derivative has 2 numbers at t = 0; y has 1]`,
    );
    expect(() => solveOde(() => [], [], [0, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: solveOde: y0 is empty; expected one number or more]`,
    );
    expect(() => solveOde(() => [1], [1], [])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: solveOde: no times; expected one or more]`,
    );
    expect(() => solveOde(() => [1], [1], [0, 2, 2])).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: solveOde: time 2 is 2 after 2; expected rising finite times]`,
    );
    expect(() => solveOde(() => [1], [NaN], [0, 2])).toThrowErrorMatchingInlineSnapshot(
      `[NonFiniteError: solveOde: y0 is NaN in place 0 at t = 0]`,
    );
    expect(() =>
      solveOde(() => [1], [1], [0, 2], { relativeTolerance: 0 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: solveOde: relativeTolerance = 0; expected a positive number]`,
    );
    expect(() =>
      solveOde((t) => [Math.sin(1e4 * t)], [1], [0, 2], { maxSteps: 10 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: solveOde: 10 steps lead to t = 0.0027921206445472584 of 2; raise maxSteps or the tolerances]`,
    );
  });
});

describe('integrateOnLogGrid', () => {
  test('integrates powers over decades', () => {
    expectClose([integrateOnLogGrid((x) => 1 / x, 1e-6, 1e3)], [Math.log(1e9)]);
    const [low, high] = [1e-3, 0.5];
    expectClose(
      [integrateOnLogGrid((x) => x ** -3, low, high) / ((low ** -2 - high ** -2) / 2)],
      [1],
      1e-9,
    );
  });

  test('is exact to the fourth order: twice the intervals, a sixteenth of the error', () => {
    const exact = Math.exp(-0.01) - Math.exp(-10);
    const errors = [40, 80].map(
      (intervals) => integrateOnLogGrid((x) => Math.exp(-x), 0.01, 10, { intervals }) - exact,
    );
    expect(errors[0]! / errors[1]!).toBeGreaterThan(14);
    expect(errors[0]! / errors[1]!).toBeLessThan(18);
  });

  test('changes sign with the order of the ends and is 0 between equal ones', () => {
    expectClose([integrateOnLogGrid(Math.sqrt, 4, 1)], [-14 / 3], 1e-10);
    expect(integrateOnLogGrid(Math.sqrt, 4, 4)).toBe(0);
  });

  test('rejects ends that are not positive, odd intervals and poles', () => {
    expect(() => integrateOnLogGrid(Math.sqrt, 0, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: integrateOnLogGrid: from 0 to 1; a logarithmic grid needs positive finite ends]`,
    );
    expect(() =>
      integrateOnLogGrid(Math.sqrt, 1, 2, { intervals: 3 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: integrateOnLogGrid: intervals = 3; expected a positive even integer]`,
    );
    expect(() => integrateOnLogGrid((x) => 1 / (x - 1), 1, 2)).toThrowErrorMatchingInlineSnapshot(
      `[NonFiniteError: integrateOnLogGrid: the integrand is Infinity at 1]`,
    );
  });
});
