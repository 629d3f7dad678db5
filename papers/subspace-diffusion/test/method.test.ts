import { concat, foldIn, grad, keyOf, normal, tensor, type Tensor } from '@working-papers/grad';
import { matrix, mean, multiply, pca, transpose, type Matrix } from '@working-papers/metrics';
import { describe, expect, test } from 'vitest';
import { denoisingErrors, hardWeights, posteriorMean, posteriorWeights } from '../method.ts';
import { randomBasis } from '../molrg.ts';
import { scoreByDifferences } from './mixtureDensity.ts';
import { expectClose, normalMatrix, numbersOf, rotation, tensorOf, Z } from './numbers.ts';

/** EDM's convention near and far from the data, and a variance-preserving one. */
const levels = [
  { signal: 1, noise: 0.3 },
  { signal: 1, noise: 2 },
  { signal: 0.8, noise: 0.6 },
];

const randomBases = (seed: number, n: number, dims: readonly number[]) =>
  dims.map((d, k) => randomBasis(foldIn(keyOf(seed), k), n, d));

const rowsOf = (a: Matrix) =>
  Array.from({ length: a.rows }, (_, i) => [...a.data.subarray(i * a.cols, (i + 1) * a.cols)]);

describe('posteriorMean', () => {
  test.each([
    ['equal dimensions', [2, 2]],
    ['different dimensions', [1, 3, 2]],
  ])("is Tweedie's (x + g^2 score) / s for components of %s", async (_, dims) => {
    const bases = randomBases(1, 5, dims);
    const points = normalMatrix(keyOf(2), 8, 5);
    for (const level of levels) {
      const { signal, noise } = level;
      const expected = rowsOf(points).flatMap((point) => {
        const score = scoreByDifferences({ bases, ...level }, point);
        return point.map((value, i) => (value + noise ** 2 * (score[i] ?? NaN)) / signal);
      });
      const actual = await numbersOf(posteriorMean(tensorOf(points), bases.map(tensorOf), level));
      expectClose(actual, expected, 1e-6);
    }
  });

  test("is Wiener's shrinkage c x for one component that fills the space", async () => {
    const basis = tensorOf(rotation(keyOf(3), 4));
    const points = normalMatrix(keyOf(4), 5, 4);
    for (const { signal, noise } of levels) {
      const c = signal / (signal ** 2 + noise ** 2);
      const actual = await numbersOf(posteriorMean(tensorOf(points), [basis], { signal, noise }));
      expectClose(
        actual,
        points.data.map((value) => c * value),
        1e-12,
      );
    }
  });

  test('tends to U U^T x / s of the nearest subspace without noise', async () => {
    const bases = randomBases(5, 6, [2, 2]);
    const codes = normalMatrix(keyOf(6), 4, 2);
    // On the second subspace, and off it by less than what lies between the two.
    const offset = normalMatrix(keyOf(7), 4, 6).data.map((value) => 0.01 * value);
    const inside = multiply(codes, transpose(bases[1]!));
    const points = matrix(
      4,
      6,
      inside.data.map((value, i) => value + offset[i]!),
    );
    const projected = multiply(multiply(points, bases[1]!), transpose(bases[1]!));
    const level = { signal: 0.5, noise: 1e-4 };
    const actual = await numbersOf(posteriorMean(tensorOf(points), bases.map(tensorOf), level));
    expectClose(
      actual,
      projected.data.map((value) => value / 0.5),
      1e-6,
    );
  });

  test('tends to 0 in noise, and the weights to the priors', async () => {
    const bases = randomBases(8, 6, [1, 4, 2]).map(tensorOf);
    const points = tensorOf(normalMatrix(keyOf(9), 4, 6));
    const level = { signal: 1, noise: 1e5 };
    expectClose(await numbersOf(posteriorMean(points, bases, level)), Array(24).fill(0), 1e-9);
    const weights = await numbersOf(posteriorWeights(points, bases, level));
    expectClose(weights, Array(12).fill(1 / 3), 1e-9);
  });

  test('takes a level for each point, and batches of problems', async () => {
    const points = [normal(keyOf(10), [3, 4]), normal(keyOf(11), [3, 4])];
    const bases = [0, 1].map((k) =>
      [12, 13].map((seed) => tensor(Float32Array.from(randomBases(seed, 4, [2, 2])[k]!.data))),
    );
    const noises = [0.1, 1, 3];
    const batch = posteriorMean(
      concat(
        points.map((each) => each.reshape([1, 3, 4])),
        0,
      ),
      bases.map((each) =>
        concat(
          each.map((basis) => basis.reshape([1, 4, 2])),
          0,
        ),
      ),
      { signal: 1, noise: tensor(noises, { shape: [3, 1] }) },
    );
    const alone = points.flatMap((each, p) =>
      noises.map((noise, i) =>
        posteriorMean(
          each.slice({ axis: 0, start: i, end: i + 1 }),
          bases.map((basis) => basis[p]!.reshape([4, 2])),
          { signal: 1, noise },
        ),
      ),
    );
    expectClose(await numbersOf(batch), await numbersOf(concat(alone, 0)), 1e-6);
  });

  test('rejects a level that is not positive', () => {
    const [x, basis] = [normal(keyOf(0), [1, 2]), normal(keyOf(1), [2, 1])];
    const at = (signal: number, noise: number) => () =>
      posteriorMean(x, [basis], { signal, noise });
    expect(at(1, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: posteriorMean: noise = 0 is not positive]`,
    );
    expect(at(1, -0.5)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: posteriorMean: noise = -0.5 is not positive]`,
    );
    expect(at(0, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: posteriorMean: signal = 0 is not positive]`,
    );
    expect(at(1, NaN)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: posteriorMean: noise = NaN is not positive]`,
    );
  });
});

describe('posteriorWeights', () => {
  test('are probabilities', async () => {
    const bases = randomBases(14, 5, [1, 3, 2]).map(tensorOf);
    const points = tensorOf(normalMatrix(keyOf(15), 7, 5));
    for (const level of levels) {
      const weights = await numbersOf(posteriorWeights(points, bases, level));
      const sums = Array.from({ length: 7 }, (_, i) => mean(weights.slice(3 * i, 3 * i + 3)) * 3);
      expectClose(sums, Array(7).fill(1), 1e-12);
      expect(Math.min(...weights)).toBeGreaterThan(0);
      // They tell the points apart: all of them 1/3 would pass the above.
      expect(Math.max(...weights) - Math.min(...weights)).toBeGreaterThan(0.05);
    }
  });

  test('do not change when a basis is rotated inside its span', async () => {
    const bases = randomBases(16, 6, [3, 2]);
    const rotated = bases.map((basis, k) => multiply(basis, rotation(keyOf(17 + k), basis.cols)));
    const points = tensorOf(normalMatrix(keyOf(19), 5, 6));
    const [level] = levels;
    const of = (each: readonly Matrix[]) =>
      numbersOf(posteriorWeights(points, each.map(tensorOf), level!));
    expectClose(await of(rotated), await of(bases), 1e-12);
  });

  test('are the posterior probabilities of a line and a plane, integrated by brute force', async () => {
    const [line, plane] = [matrix(2, 1, [0.6, 0.8]), matrix(2, 2, [1, 0, 0, 1])];
    const points = [
      [0.1, -0.2],
      [0.9, 1.2],
      [-1.5, 1],
    ];
    for (const level of [
      { signal: 1, noise: 0.5 },
      { signal: 0.8, noise: 0.6 },
    ]) {
      const xt = tensorOf(matrix(3, 2, points.flat()));
      const bases = [line, plane].map(tensorOf);
      const integrals = points.map((point) => [
        integrate(line, point, level),
        integrate(plane, point, level),
      ]);
      const totals = integrals.map((each) => each.reduce((sum, { mass }) => sum + mass, 0));
      const weights = integrals.flatMap((each, i) => each.map(({ mass }) => mass / totals[i]!));
      const means = integrals.flatMap((each, i) =>
        [0, 1].map((axis) => each.reduce((sum, { moment }) => sum + moment[axis]!, 0) / totals[i]!),
      );
      expectClose(await numbersOf(posteriorWeights(xt, bases, level)), weights, 1e-9);
      expectClose(await numbersOf(posteriorMean(xt, bases, level)), means, 1e-9);
    }
  });
});

/**
 * The integrals of 1 and of x0 = U a against N(a; 0, I) exp(-|x_t - s U a|^2 / (2 g^2)), by the
 * trapezoidal rule, which is exact to rounding for what is smooth and vanishes at both ends.
 */
function integrate(
  basis: Matrix,
  point: readonly number[],
  { signal, noise }: { signal: number; noise: number },
): { mass: number; moment: readonly [number, number] } {
  const spacing = 0.08;
  const nodes = Array.from({ length: 201 }, (_, i) => (i - 100) * spacing);
  const codes =
    basis.cols === 1 ? nodes.map((a) => [a]) : nodes.flatMap((a) => nodes.map((b) => [a, b]));
  let [mass, first, second] = [0, 0, 0];
  for (const code of codes) {
    const [x = 0, y = 0] = multiply(basis, matrix(basis.cols, 1, code)).data;
    const length = code.reduce((sum, a) => sum + a * a, 0);
    const residual = (point[0]! - signal * x) ** 2 + (point[1]! - signal * y) ** 2;
    const density =
      (spacing / Math.sqrt(2 * Math.PI)) ** basis.cols *
      Math.exp(-length / 2 - residual / (2 * noise ** 2));
    mass += density;
    first += density * x;
    second += density * y;
  }
  return { mass, moment: [first, second] };
}

describe('hardWeights', () => {
  test('put all weight on the component with most of the point, the first among equals', async () => {
    const bases = [
      [1, 0, 0],
      [0, 1, 0],
    ].map((column) => tensor(column, { shape: [3, 1] }));
    const x0 = tensor([
      [2, 1, 9],
      [1, -2, 0],
      [1, 1, 0],
      [0, 0, 5],
    ]);
    expect(await numbersOf(hardWeights(x0, bases))).toEqual([1, 0, 0, 1, 1, 0, 1, 0]);
  });
});

describe('denoisingErrors with one subspace', () => {
  const [n, d] = [6, 2];
  const basis = randomBasis(keyOf(20), n, d);
  const [x] = rowsOf(normalMatrix(keyOf(21), 1, n));
  const inside = square(multiply(matrix(1, n, x!), basis).data);
  const whole = square(x!);

  const errors = (eps: Matrix, level: { signal: number; noise: number }) => {
    const x0 = tensorOf(matrix(eps.rows, n, Array(eps.rows).fill(x).flat()));
    const corruption = { level, eps: tensorOf(eps), weights: 'soft' } as const;
    return numbersOf(denoisingErrors(x0, [tensorOf(basis)], corruption));
  };

  test.each(levels)(
    'are |x|^2 - c s (2 - c s) |U^T x|^2 without a draw, s = $signal, g = $noise',
    async ({ signal, noise }) => {
      const cs = signal ** 2 / (signal ** 2 + noise ** 2);
      const [error] = await errors(matrix(1, n, Array(n).fill(0)), { signal, noise });
      expect(error).toBeCloseTo(whole - cs * (2 - cs) * inside, 12);
    },
  );

  test.each(levels)(
    'rise by c^2 g^2 |U^T eps|^2 on average over eps and -eps, s = $signal, g = $noise',
    async ({ signal, noise }) => {
      const c = signal / (signal ** 2 + noise ** 2);
      const [eps] = rowsOf(normalMatrix(keyOf(22), 1, n));
      const draws = [eps!, eps!.map((value) => -value), Array<number>(n).fill(0)];
      const [plus, minus, none] = await errors(matrix(3, n, draws.flat()), { signal, noise });
      const added = square(multiply(matrix(1, n, eps!), basis).data);
      expect((plus! + minus!) / 2 - none!).toBeCloseTo((c * noise) ** 2 * added, 12);
    },
  );

  test.each(levels)(
    'have the mean |x|^2 - c s (2 - c s) |U^T x|^2 + c^2 g^2 d, s = $signal, g = $noise',
    async ({ signal, noise }) => {
      const c = signal / (signal ** 2 + noise ** 2);
      const cs = c * signal;
      const expected = whole - cs * (2 - cs) * inside + (c * noise) ** 2 * d;
      // 20,000 draws see an error of 0.05; the last term is at least 0.15.
      const drawn = await errors(normalMatrix(keyOf(23), 20_000, n), { signal, noise });
      const average = mean(drawn);
      const deviation = Math.sqrt(mean(drawn.map((error) => (error - average) ** 2)));
      const standardError = deviation / Math.sqrt(drawn.length);
      expect(Math.abs(average - expected)).toBeLessThan(Z * standardError);
      expect(Z * standardError).toBeLessThan(0.05);
    },
  );
});

test('soft weights are those of the noisy point', async () => {
  const [n, level] = [6, { signal: 0.8, noise: 0.6 }];
  const bases = randomBases(28, n, [2, 2]).map(tensorOf);
  const [x0, eps] = [29, 30].map((seed) => tensorOf(normalMatrix(keyOf(seed), 5, n)));
  const xt = x0!.mul(level.signal).add(eps!.mul(level.noise));
  const errors = denoisingErrors(x0!, bases, { level, eps: eps!, weights: 'soft' });
  const expected = posteriorMean(xt, bases, level).sub(x0!).square().sum(-1);
  expectClose(await numbersOf(errors), await numbersOf(expected), 1e-12);
});

test('hard weights make the mean error that of subspace clustering', async () => {
  const [n, d, signal, noise] = [6, 2, 0.8, 0.6];
  const bases = randomBases(24, n, [d, d]);
  const points = normalMatrix(keyOf(25), 5, n);
  const c = signal / (signal ** 2 + noise ** 2);
  const expected = rowsOf(points).map((x) => {
    const most = Math.max(...bases.map((basis) => square(multiply(matrix(1, n, x), basis).data)));
    return square(x) - c * signal * (2 - c * signal) * most + (c * noise) ** 2 * d;
  });
  const { x0, eps } = withCubature(points);
  const all = await numbersOf(
    denoisingErrors(x0, bases.map(tensorOf), { level: { signal, noise }, eps, weights: 'hard' }),
  );
  const means = expected.map((_, i) => mean(all.slice(2 * n * i, 2 * n * (i + 1))));
  expectClose(means, expected, 1e-12);
});

describe('the loss over one subspace', () => {
  const [n, d, count] = [8, 3, 20];
  const points = normalMatrix(keyOf(26), count, n);
  const best = pca(transpose(points), d);
  const { x0, eps } = withCubature(points);
  const loss = (basis: Tensor) =>
    denoisingErrors(x0, [basis], {
      level: { signal: 1, noise: 0.7 },
      eps,
      weights: 'soft',
    }).mean();

  test('has no slope at the subspace of PCA along orthonormal matrices, and elsewhere one', async () => {
    const slope = async (basis: Matrix) => {
      const gradient = matrix(n, d, await numbersOf(grad(loss)(tensorOf(basis))));
      return Math.sqrt(square(tangentPart(gradient, basis)));
    };
    expect(await slope(best)).toBeLessThan(1e-12);
    expect(await slope(randomBasis(keyOf(27), n, d))).toBeGreaterThan(0.1);
  });

  test('is lower at the subspace of PCA than at 100 random ones', async () => {
    const others = Array.from({ length: 100 }, (_, i) => randomBasis(keyOf(100 + i), n, d));
    const losses = [best, ...others].map((basis) => loss(tensorOf(basis)).reshape([1]));
    const [least, ...rest] = await numbersOf(concat(losses, 0));
    expect(rest).toHaveLength(100);
    expect(least).toBeLessThan(Math.min(...rest));
  });
});

/**
 * Each point 2 n times, and noise of +-sqrt(n) along each axis for it: the first two moments are
 * those of a normal, so that a mean over them is the expectation of what is quadratic in the noise.
 */
function withCubature(points: Matrix): { x0: Tensor; eps: Tensor } {
  const n = points.cols;
  const directions = Array.from({ length: 2 * n }, (_, i) =>
    Array.from({ length: n }, (__, j) =>
      j === i >> 1 ? (i % 2 === 0 ? Math.sqrt(n) : -Math.sqrt(n)) : 0,
    ),
  );
  const copies = rowsOf(points).flatMap((point) => directions.map(() => point));
  const draws = rowsOf(points).flatMap(() => directions);
  return {
    x0: tensorOf(matrix(copies.length, n, copies.flat())),
    eps: tensorOf(matrix(draws.length, n, draws.flat())),
  };
}

/** G - U (U^T G + G^T U) / 2: the part of a gradient along matrices with orthonormal columns. */
function tangentPart(gradient: Matrix, basis: Matrix): Float64Array {
  const inner = multiply(transpose(basis), gradient);
  const mirrored = transpose(inner).data;
  const symmetric = inner.data.map((value, i) => (value + mirrored[i]!) / 2);
  const across = multiply(basis, matrix(inner.rows, inner.cols, symmetric)).data;
  return gradient.data.map((value, i) => value - across[i]!);
}

function square(values: ArrayLike<number>): number {
  return Array.from(values).reduce((sum, value) => sum + value * value, 0);
}
