import {
  compile,
  concat,
  evaluate,
  grad,
  keyOf,
  normals,
  ones,
  tensor,
  zeros,
  type Tensor,
} from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import { mlp, type Mlp } from '@working-papers/nn';
import { describe, expect, test } from 'vitest';
import {
  edmLoss,
  precondition,
  sigmaSchedule,
  trainingSigmas,
  type Denoiser,
  type Network,
} from '../src/index.ts';
import { gaussianDenoiser } from './exactDenoisers.ts';
import { largestDifference, moments, numbers, Z } from './numbers.ts';

const backend = await nodeBackend({ threads: 1 });
const sigmaData = 0.5;

const column = (values: readonly number[]) =>
  tensor(values, { shape: [values.length, 1], dtype: 'float64' });

/** Standard normal numbers in float64. */
const draws = (seed: number, shape: readonly [number, number]) =>
  tensor(Array.from(normals(keyOf(seed), shape[0] * shape[1])), { shape, dtype: 'float64' });

describe('precondition', () => {
  const levels = [0.002, 0.05, 0.5, 1, 20, 80];
  const xs = [1, -2, 0.3, 4, -50, 100];

  /** What a network sees, and what the denoiser makes of an output that is 0 or 1 everywhere. */
  async function probe() {
    const seen: { input: Tensor; cNoise: Tensor }[] = [];
    const denoise = (output: number) => {
      const network: Network = (input, cNoise) => {
        seen.push({ input, cNoise });
        return input.mul(0).add(output);
      };
      return precondition(network, sigmaData)(column(xs), column(levels));
    };
    const [withZero, withOne] = [denoise(0), denoise(1)];
    const [first = { input: withZero, cNoise: withZero }] = seen;
    const values = await evaluate({ ...first, withZero, withOne }, { backend });
    return {
      input: await numbers(values.input),
      cNoise: await numbers(values.cNoise),
      withZero: await numbers(values.withZero),
      withOne: await numbers(values.withOne),
    };
  }

  test("has the coefficients of EDM's table 1", async () => {
    const { input, cNoise, withZero, withOne } = await probe();
    const total = levels.map((sigma) => sigma ** 2 + sigmaData ** 2);
    const cSkip = total.map((sum) => sigmaData ** 2 / sum);
    const cOut = total.map((sum, i) => ((levels[i] ?? NaN) * sigmaData) / Math.sqrt(sum));
    const at = (i: number) => xs[i] ?? NaN;
    expect(
      largestDifference(
        withZero,
        cSkip.map((c, i) => c * at(i)),
      ),
    ).toBeLessThan(1e-13);
    expect(
      largestDifference(
        withOne,
        cSkip.map((c, i) => c * at(i) + (cOut[i] ?? NaN)),
      ),
    ).toBeLessThan(1e-13);
    expect(
      largestDifference(
        input,
        total.map((sum, i) => at(i) / Math.sqrt(sum)),
      ),
    ).toBeLessThan(1e-13);
    expect(
      largestDifference(
        cNoise,
        levels.map((sigma) => Math.log(sigma) / 4),
      ),
    ).toBeLessThan(1e-13);
  });

  test('gives inputs and targets of unit variance at every noise level', async () => {
    const { input, withZero, withOne } = await probe();
    levels.forEach((sigma, i) => {
      const x = xs[i] ?? NaN;
      const [cIn, cSkip] = [(input[i] ?? NaN) / x, (withZero[i] ?? NaN) / x];
      const cOut = (withOne[i] ?? NaN) - (withZero[i] ?? NaN);
      // Of xt = x0 + sigma noise, and of the output that would be right, (x0 - cSkip xt) / cOut.
      const ofInput = cIn ** 2 * (sigmaData ** 2 + sigma ** 2);
      const ofTarget = ((1 - cSkip) ** 2 * sigmaData ** 2 + cSkip ** 2 * sigma ** 2) / cOut ** 2;
      expect(ofInput).toBeCloseTo(1, 9);
      expect(ofTarget).toBeCloseTo(1, 9);
    });
  });
});

/** A network with which `precondition` gives the posterior mean of data of another deviation. */
function networkFor(deviation: number): Network {
  return (input, cNoise) => {
    const sigma = cNoise.mul(4).exp();
    const [noise, total] = [sigma.square(), sigma.square().add(sigmaData ** 2)];
    const wanted = noise
      .add(deviation ** 2)
      .pow(-1)
      .mul(deviation ** 2);
    const cSkip = total.pow(-1).mul(sigmaData ** 2);
    const xt = input.mul(total.sqrt());
    return xt.mul(wanted.sub(cSkip)).mul(total.sqrt()).div(sigma.mul(sigmaData));
  };
}

/** Normal data of the given deviation, with noise, at one level or at many. */
function gaussianBatch(deviation: number, sigma: Tensor) {
  const shape = [sigma.shape[0] ?? 0, 8] as const;
  return { x0: draws(31, shape).mul(deviation), noise: draws(32, shape), sigma };
}

const rows = 4000;
const spread = column(Array.from(normals(keyOf(33), rows), (z) => Math.exp(1.2 * z - 1.2)));
const constant = (sigma: number) => column(Array<number>(rows).fill(sigma));

describe('edmLoss', () => {
  test("is the network's plain squared error against its target (EDM's equation 8)", async () => {
    const network = (params: Mlp): Network => {
      return (x, cNoise) => mlp.apply(params, concat([x, cNoise], 1));
    };
    const both = compile(
      (params: Mlp, batch: { x0: Tensor; noise: Tensor; sigma: Tensor }) => {
        const { x0, noise, sigma } = batch;
        const xt = x0.add(noise.mul(sigma));
        const deviation = sigma
          .square()
          .add(sigmaData ** 2)
          .sqrt();
        const cSkip = deviation
          .square()
          .pow(-1)
          .mul(sigmaData ** 2);
        const target = x0.sub(xt.mul(cSkip)).mul(deviation).div(sigma.mul(sigmaData));
        const output = network(params)(xt.div(deviation), sigma.log().div(4));
        return {
          ours: edmLoss(precondition(network(params), sigmaData), batch, sigmaData),
          plain: output.sub(target).square().mean(),
        };
      },
      { backend },
    );
    const result = await both(mlp.init(keyOf(34), [4, 16, 3]), {
      x0: tensor(normals(keyOf(35), 192), { shape: [64, 3] }),
      noise: tensor(normals(keyOf(36), 192), { shape: [64, 3] }),
      sigma: trainingSigmas(keyOf(37), 64),
    });
    const [ours, plain] = [await result.ours.item(), await result.plain.item()];
    expect(plain).toBeGreaterThan(0.5);
    expect(Math.abs(ours / plain - 1)).toBeLessThan(1e-5);
  });

  test('is 1 for normal data and their posterior mean, whatever the noise', async () => {
    const batch = gaussianBatch(sigmaData, spread);
    const denoiser = precondition((input) => input.mul(0), sigmaData);
    const { loss, x0, noise, sigma } = await evaluate(
      { loss: edmLoss(denoiser, batch, sigmaData), ...batch },
      { backend },
    );
    // lambda |cSkip xt - x0|^2 = (sd noise - sigma x0 / sd)^2 / (sigma^2 + sd^2), a squared normal.
    const [x, z, s] = [await numbers(x0), await numbers(noise), await numbers(sigma)];
    const squares = x.map((xi, i) => {
      const si = s[Math.floor(i / 8)] ?? NaN;
      const difference = sigmaData * (z[i] ?? NaN) - (si * xi) / sigmaData;
      return difference ** 2 / (si ** 2 + sigmaData ** 2);
    });
    expect((await loss.item()) / moments(squares).mean).toBeCloseTo(1, 10);
    expect(Math.abs((await loss.item()) - 1)).toBeLessThan(Z * Math.sqrt(2 / squares.length));
  });

  test.each([0.1, 0.5, 3])(
    'is lambda s^2 sigma^2 / (s^2 + sigma^2) for data of another deviation s, at sigma = %d',
    async (sigma) => {
      const deviation = 2;
      const batch = gaussianBatch(deviation, constant(sigma));
      const preconditioned = precondition(networkFor(deviation), sigmaData);
      const xt = batch.x0.add(batch.noise.mul(sigma));
      const result = await evaluate(
        {
          loss: edmLoss(preconditioned, batch, sigmaData),
          denoised: preconditioned(xt, batch.sigma),
          exact: gaussianDenoiser(0, deviation)(xt, batch.sigma),
        },
        { backend },
      );
      const [denoised, exact] = [await numbers(result.denoised), await numbers(result.exact)];
      expect(largestDifference(denoised, exact)).toBeLessThan(1e-12);
      const lambda = (sigma ** 2 + sigmaData ** 2) / (sigma * sigmaData) ** 2;
      const expected = (lambda * (deviation * sigma) ** 2) / (deviation ** 2 + sigma ** 2);
      const loss = await result.loss.item();
      expect(Math.abs(loss / expected - 1)).toBeLessThan(Z * Math.sqrt(2 / exact.length));
    },
  );

  test('has no slope at the best linear denoiser, and has one beside it', async () => {
    const [sigma, deviation] = [0.8, 2];
    const batch = gaussianBatch(deviation, constant(sigma));
    const slopeAt = compile(
      grad((gain: Tensor, data: typeof batch) => {
        const denoiser: Denoiser = (xt) => xt.mul(gain);
        return edmLoss(denoiser, data, sigmaData);
      }),
      { backend },
    );
    const data = await evaluate(batch, { backend });
    const best = deviation ** 2 / (deviation ** 2 + sigma ** 2);
    const slope = async (gain: number) =>
      (await slopeAt(tensor(gain, { dtype: 'float64' }), data)).item();
    // The slope is the mean of 2 lambda (gain xt - x0) xt, of which the factors are independent at best.
    const lambda = (sigma ** 2 + sigmaData ** 2) / (sigma * sigmaData) ** 2;
    const variance = deviation ** 2 + sigma ** 2;
    const error = (deviation * sigma) / Math.sqrt(variance);
    const noise = (2 * lambda * error * Math.sqrt(variance)) / Math.sqrt(rows * 8);
    expect(Math.abs(await slope(best))).toBeLessThan(Z * noise);
    const beside = 2 * lambda * variance * 0.1;
    expect((await slope(best + 0.1)) / beside).toBeCloseTo(1, 1);
    expect((await slope(best - 0.1)) / beside).toBeCloseTo(-1, 1);
  });
});

describe('trainingSigmas', () => {
  // 100,000 draws show a mean that is off by 0.02 or a deviation by 1 %.
  test.each([
    ["EDM's defaults", {}, -1.2, 1.2],
    ['other settings', { mean: 0.5, deviation: 0.3 }, 0.5, 0.3],
  ])('have a normal logarithm: %s', async (_, options, mean, deviation) => {
    const count = 100_000;
    const sigmas = trainingSigmas(keyOf(41), count, options);
    expect(sigmas.shape).toEqual([count, 1]);
    const logs = (await numbers(sigmas)).map(Math.log);
    const found = moments(logs);
    expect(Math.abs(found.mean - mean)).toBeLessThan((Z * deviation) / Math.sqrt(count));
    expect(Math.abs(found.variance / deviation ** 2 - 1)).toBeLessThan(Z * Math.sqrt(2 / count));
    const within = logs.filter((log) => Math.abs(log - mean) < deviation).length / count;
    const share = 0.682689492;
    expect(Math.abs(within - share)).toBeLessThan(Z * Math.sqrt((share * (1 - share)) / count));
  });

  test('of a larger batch begin with those of a smaller one', async () => {
    const large = await numbers(trainingSigmas(keyOf(42), 9));
    expect(await numbers(trainingSigmas(keyOf(42), 4))).toEqual(large.slice(0, 4));
    expect(await numbers(trainingSigmas(keyOf(43), 9))).not.toEqual(large);
  });
});

describe('sigmaSchedule', () => {
  test("gives EDM's 18 levels and 0", () => {
    // Equation 5 in decimal arithmetic (Python's decimal module, 40 digits).
    const expected = [
      80, 57.58598472, 40.7855738, 28.3745846, 19.35245298, 12.91008238, 8.400935309, 5.315194522,
      3.25682152, 1.923339837, 1.088170637, 0.5853481232, 0.2964422845, 0.1395164687, 0.05994731124,
      0.02293451837, 0.007528019963, 0.002, 0,
    ];
    const levels = sigmaSchedule({ nSteps: 18 });
    expect(levels).toHaveLength(19);
    levels.forEach((level, i) => {
      expect(Math.abs(level - (expected[i] ?? NaN))).toBeLessThanOrEqual(
        1e-9 * (expected[i] ?? NaN),
      );
    });
  });

  test.each([1, 3, 7])('is a straight line after the root of order rho = %d', (rho) => {
    const levels = sigmaSchedule({ nSteps: 11, sigmaMin: 0.1, sigmaMax: 20, rho });
    const roots = levels.slice(0, -1).map((level) => level ** (1 / rho));
    const slope = (0.1 ** (1 / rho) - 20 ** (1 / rho)) / 10;
    roots.slice(1).forEach((root, i) => expect(root - (roots[i] ?? NaN)).toBeCloseTo(slope, 12));
    expect(levels[0]).toBeCloseTo(20, 12);
    expect(levels.at(-2)).toBeCloseTo(0.1, 12);
    expect(levels.at(-1)).toBe(0);
  });

  test('of two steps has both ends', () => {
    expect(sigmaSchedule({ nSteps: 2, sigmaMin: 1, sigmaMax: 4, rho: 1 })).toEqual([4, 1, 0]);
  });
});

describe('errors', () => {
  const unchanged: Network = (input) => input;

  test('a deviation of the data that is not positive', () => {
    expect(() => precondition(unchanged, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: precondition: sigmaData = 0 is not positive]`,
    );
    expect(() => precondition(unchanged, NaN)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: precondition: sigmaData = NaN is not positive]`,
    );
  });

  test('a sigma that would broadcast over the coordinates', () => {
    const denoiser = precondition(unchanged, 1);
    expect(() => denoiser(ones([4, 4]), ones([4]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: precondition: sigma is [4] for data of [4, 4]; expected [4, 1]]`,
    );
    const batch = { x0: ones([4, 4]), noise: ones([4, 4]), sigma: ones([4]) };
    expect(() => edmLoss(denoiser, batch, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: edmLoss: sigma is [4] for data of [4, 4]; expected [4, 1]]`,
    );
  });

  test('noise or data of another shape', () => {
    const denoiser = precondition(unchanged, 1);
    const sigma = ones([4, 1]);
    expect(() =>
      edmLoss(denoiser, { x0: ones([4, 3]), noise: ones([4, 1]), sigma }, 1),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: edmLoss: noise is [4, 1] for data of [4, 3]; expected the same]`,
    );
    expect(() =>
      edmLoss(denoiser, { x0: zeros([4, 2, 2]), noise: zeros([4, 2, 2]), sigma }, 1),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: edmLoss: data of [4, 2, 2]; expected [batch, d]]`,
    );
  });

  test('a schedule that is none', () => {
    expect(() => sigmaSchedule({ nSteps: 1 })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sigmaSchedule: nSteps = 1 is not an integer above 1]`,
    );
    expect(() => sigmaSchedule({ nSteps: 2.5 })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sigmaSchedule: nSteps = 2.5 is not an integer above 1]`,
    );
    expect(() => sigmaSchedule({ nSteps: 18, sigmaMin: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sigmaSchedule: sigmaMin = 0 and sigmaMax = 80; expected 0 < min < max]`,
    );
    expect(() =>
      sigmaSchedule({ nSteps: 18, sigmaMin: 2, sigmaMax: 1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sigmaSchedule: sigmaMin = 2 and sigmaMax = 1; expected 0 < min < max]`,
    );
    expect(() => sigmaSchedule({ nSteps: 18, rho: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sigmaSchedule: rho = 0 is not positive]`,
    );
  });
});
