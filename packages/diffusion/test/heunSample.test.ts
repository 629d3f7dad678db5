import {
  compile,
  concat,
  evaluate,
  foldIn,
  full,
  keyOf,
  normal,
  ones,
  tensor,
  uniforms,
  valueAndGrad,
  zeros,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import { webBackend } from '@working-papers/grad/web';
import { adam, cosineSchedule, mlp, type AdamState, type Mlp } from '@working-papers/nn';
import { describe, expect, test } from 'vitest';
import {
  edmLoss,
  heunSample,
  precondition,
  sigmaSchedule,
  trainingSigmas,
  type Denoiser,
} from '../src/index.ts';
import { gaussianDenoiser, twoPointDenoiser } from './exactDenoisers.ts';
import { largestDifference, moments, numbers, Z } from './numbers.ts';

const backend = await nodeBackend({ threads: 1 });

async function sample(
  denoiser: Denoiser,
  noise: Tensor,
  sigmas: readonly number[] = sigmaSchedule({ nSteps: 18 }),
): Promise<readonly number[]> {
  return numbers(await evaluate(heunSample(denoiser, noise, sigmas), { backend }));
}

describe('on normal data', () => {
  const [mean, deviation] = [1.5, 0.5];
  // The flow keeps (x - mean) / sqrt(sigma^2 + deviation^2).
  const flow = (x: number, from: number, to: number) =>
    mean + (x - mean) * Math.sqrt((to ** 2 + deviation ** 2) / (from ** 2 + deviation ** 2));

  test('follows the exact flow, with an error that falls as the square of the step', async () => {
    const [from, to] = [10, 0.1];
    const errors: number[] = [];
    for (const intervals of [8, 16, 32, 64]) {
      const levels = sigmaSchedule({ nSteps: intervals + 1, sigmaMin: to, sigmaMax: from });
      const noise = tensor([-1, 0.5, 2], { shape: [3, 1], dtype: 'float64' });
      const ends = await sample(gaussianDenoiser(mean, deviation), noise, levels.slice(0, -1));
      const exact = [-1, 0.5, 2].map((z) => flow(from * z, from, to));
      errors.push(largestDifference(ends, exact));
    }
    const ratios = errors.slice(1).map((error, i) => (errors[i] ?? NaN) / error);
    expect(errors[0]).toBeLessThan(0.1);
    // 4 in the limit; a first-order method has 2, a third-order one 8.
    expect(ratios.map((ratio) => Math.abs(ratio - 4) < 0.3)).toEqual([true, true, true]);
    expect(Math.abs((ratios.at(-1) ?? NaN) - 4)).toBeLessThan(0.1);
  });

  test('has the mean and the variance of the data', async () => {
    const count = 8192;
    const noise = normal(keyOf(51), [count / 2, 2]);
    const samples = await sample(
      gaussianDenoiser(mean, deviation),
      noise,
      sigmaSchedule({ nSteps: 64 }),
    );
    const exact = (await numbers(noise)).map((z) => flow(80 * z, 80, 0));
    // What 64 steps leave of the error.
    expect(
      samples.filter((x, i) => Math.abs(x - (exact[i] ?? NaN)) > 0.004 * Math.abs(x - mean) + 1e-4),
    ).toEqual([]);
    const found = moments(samples);
    // The noise has mean 0 where the data at sigma = 80 have theirs: that moves the samples by 0.0094.
    expect(Math.abs(found.mean - mean)).toBeLessThan((Z * deviation) / Math.sqrt(count) + 0.0094);
    expect(Math.abs(found.variance / deviation ** 2 - 1)).toBeLessThan(
      Z * Math.sqrt(2 / count) + 0.008,
    );
  });
});

describe('on two points', () => {
  test('ends on the point of the half-space in which the noise lies', async () => {
    const point = [0.6, -0.8, 1];
    const noise = normal(keyOf(52), [512, 3]);
    const samples = await sample(twoPointDenoiser(tensor([point]), 0.5), noise);
    const z = await numbers(noise);
    const expected = Array.from({ length: 512 }, (_, row) => {
      const side = Math.sign(point.reduce((sum, p, j) => sum + p * (z[3 * row + j] ?? NaN), 0));
      return point.map((p) => side * p);
    });
    expect(largestDifference(samples, expected.flat())).toBeLessThan(1e-5);
  });

  test('has the mean 2 share - 1 and the variance 4 share (1 - share)', async () => {
    const [share, count] = [0.8, 4096];
    const samples = await sample(
      twoPointDenoiser(tensor([[1]]), share),
      normal(keyOf(53), [count, 1]),
    );
    expect(samples.filter((x) => Math.abs(Math.abs(x) - 1) > 1e-5)).toEqual([]);
    const found = moments(samples);
    const variance = 4 * share * (1 - share);
    // The noise has mean 0 where the data at sigma = 80 have 0.6: at most 0.6 / 80 times 2 density(0).
    const bias = 0.006;
    expect(Math.abs(found.mean - (2 * share - 1))).toBeLessThan(
      Z * Math.sqrt(variance / count) + bias,
    );
    expect(found.variance).toBeCloseTo(1 - found.mean ** 2, 4);
  });
});

describe('limits', () => {
  const noise = normal(keyOf(54), [5, 2]);

  test('a denoiser without doubt is obeyed', async () => {
    const samples = await sample((xt) => full(xt.shape, 0.7), noise);
    expect(largestDifference(samples, Array<number>(10).fill(0.7))).toBeLessThan(1e-5);
  });

  test('a denoiser that changes nothing leaves the scaled noise', async () => {
    const scaled = (await numbers(noise)).map((z) => Math.fround(80 * z));
    expect(await sample((xt) => xt, noise)).toEqual(scaled);
  });

  test('asks the denoiser twice in every step but the last (EDM, algorithm 1)', () => {
    const asked: number[] = [];
    const denoiser: Denoiser = (xt, sigma) => {
      expect(sigma.shape).toEqual([5, 1]);
      const constant = sigma.node.constant;
      asked.push(constant !== undefined && 'fill' in constant ? constant.fill : NaN);
      return xt;
    };
    heunSample(denoiser, noise, [4, 0.02, 0.002, 0]);
    expect(asked).toEqual([4, 0.02, 0.02, 0.002, 0.002]);
    asked.length = 0;
    heunSample(denoiser, noise, [4, 0.02, 0.002]);
    expect(asked).toEqual([4, 0.02, 0.02, 0.002]);
  });
});

function denoiserOf(params: Mlp): Denoiser {
  return precondition((x, cNoise) => mlp.apply(params, concat([x, cNoise], 1)), 0.5);
}

describe('with a network', () => {
  const params = mlp.init(keyOf(55), [13, 64, 64, 12]);
  const noise = normal(keyOf(56), [64, 12]);
  const sigmas = sigmaSchedule({ nSteps: 18 });
  const draw = (p: Mlp, z: Tensor) => heunSample(denoiserOf(p), z, sigmas);
  const compiled = compile(draw, { backend });

  test('gives the same bits twice', async () => {
    const first = await numbers(await compiled(params, noise));
    expect(await numbers(await compiled(params, noise))).toEqual(first);
    expect(moments(first).variance).toBeGreaterThan(0.01);
    const again = compile(draw, { backend });
    expect(await numbers(await again(params, noise))).toEqual(first);
  });

  test('draws the same image alone as in a batch of 64', async () => {
    const all = await numbers(await compiled(params, noise));
    for (const row of [0, 37, 63]) {
      const z = (await numbers(noise)).slice(12 * row, 12 * (row + 1));
      const alone = await numbers(await compiled(params, tensor(z, { shape: [1, 12] })));
      const together = all.slice(12 * row, 12 * (row + 1));
      expect(largestDifference(alone, together)).toBeLessThan(1e-6);
    }
    // And a batch's first noise is that of a batch of one.
    expect(await numbers(normal(keyOf(56), [1, 12]))).toEqual((await numbers(noise)).slice(0, 12));
  });

  test('agrees between node and wasm', async () => {
    const levels = sigmaSchedule({ nSteps: 6 });
    const [onNode = [], onWasm = []] = await Promise.all(
      [backend, await webBackend({ threads: 2 })].map(async (each) => {
        const run = compile((p: Mlp, z: Tensor) => heunSample(denoiserOf(p), z, levels), {
          backend: each,
        });
        return numbers(await run(params, noise));
      }),
    );
    expect(onNode).toHaveLength(64 * 12);
    expect(largestDifference(onNode, onWasm)).toBeLessThan(1e-5);
  });
});

test('a trained network denoises like the posterior mean, and its samples are the data', async () => {
  // Data are -0.5 and 0.5 at even odds.
  const exact = twoPointDenoiser(tensor([[0.5]]), 0.5);
  const step = compile(
    (state: AdamState<Mlp>, data: ReturnType<typeof trainingBatch>, learningRate: Tensor) => {
      const loss = (params: Mlp) => edmLoss(denoiserOf(params), data, 0.5);
      const [value, gradients] = valueAndGrad(loss)(state.params);
      const next = adam.update(state, gradients, { learningRate });
      return { next, value, best: edmLoss(exact, data, 0.5) };
    },
    { backend },
  );
  const steps = 400;
  let state = adam.init(mlp.init(keyOf(57), [2, 32, 32, 1]));
  for (let i = 0; i < steps; i++) {
    const learningRate = tensor(cosineSchedule(i, { peak: 0.01, steps }));
    ({ next: state } = await step(state, trainingBatch(foldIn(keyOf(58), i), 256), learningRate));
  }
  // The best possible loss is near 0.5; that of a network which says 0 is 1.
  const held = await step(state, trainingBatch(keyOf(59), 8192), tensor(0));
  const excess = (await held.value.item()) - (await held.best.item());
  expect(Math.abs(excess)).toBeLessThan(0.1);

  const count = 1024;
  const samples = await sample(denoiserOf(state.params), normal(keyOf(60), [count, 1]));
  const { mean, variance } = moments(samples);
  expect(Math.abs(mean)).toBeLessThan((Z * 0.5) / Math.sqrt(count) + 0.02);
  expect(variance).toBeCloseTo(0.25, 1);
  const strays = samples.filter((x) => Math.abs(Math.abs(x) - 0.5) > 0.15);
  expect(strays.length / count).toBeLessThan(0.05);
});

function trainingBatch(key: Key, count: number) {
  const x0 = uniforms(foldIn(key, 'x0'), count).map((u) => (u < 0.5 ? -0.5 : 0.5));
  return {
    x0: tensor(x0, { shape: [count, 1] }),
    noise: normal(foldIn(key, 'noise'), [count, 1]),
    sigma: trainingSigmas(foldIn(key, 'sigma'), count),
  };
}

test('errors', () => {
  const unchanged: Denoiser = (xt) => xt;
  const run = (sigmas: readonly number[]) => () => heunSample(unchanged, ones([2, 2]), sigmas);
  expect(run([])).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: heunSample: sigmas are []; expected two or more, falling, the last at least 0]`,
  );
  expect(run([80])).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: heunSample: sigmas are [80]; expected two or more, falling, the last at least 0]`,
  );
  expect(run([80, 0, 1])).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: heunSample: sigmas are [80, 0, 1]; expected two or more, falling, the last at least 0]`,
  );
  expect(run([2, 2, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: heunSample: sigmas are [2, 2, 0]; expected two or more, falling, the last at least 0]`,
  );
  expect(run([2, 0, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: heunSample: sigmas are [2, 0, 0]; expected two or more, falling, the last at least 0]`,
  );
  expect(run([2, 1, -1])).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: heunSample: sigmas are [2, 1, -1]; expected two or more, falling, the last at least 0]`,
  );
  expect(run([2, NaN, 0])).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: heunSample: sigmas are [2, NaN, 0]; expected two or more, falling, the last at least 0]`,
  );
  expect(() =>
    heunSample(unchanged, zeros([2, 1, 8, 8]), [2, 1, 0]),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: heunSample: data of [2, 1, 8, 8]; expected [batch, d]]`,
  );
});
