import { foldIn, keyOf, tensor } from '@working-papers/grad';
import { matrix, mean, multiply, pca, symmetricEigen, transpose } from '@working-papers/metrics';
import { describe, expect, test } from 'vitest';
import { makeMolrg, sampleMolrg } from '../molrg.ts';
import { matchedDistance, subspaceDistance } from '../subspaces.ts';
import {
  trainLinearDenoisers,
  trainLowRankDenoisers,
  watchLowRankDenoisers,
  type LearnedSubspaces,
  type LowRankOptions,
  type Problems,
} from '../training.ts';
import { countingBackend } from './countingBackend.ts';
import { backend, expectClose, Z } from './numbers.ts';

const [n, d] = [8, 2];

const options: LowRankOptions = {
  d,
  components: 1,
  weights: 'soft',
  steps: 300,
  draws: 4,
  sigmas: { low: 0.01, high: 0.1 },
  learningRate: 0.1,
  key: keyOf(1),
  backend,
};

/** Samples of one random subspace, [count, n]. */
function samplesOf(seed: number, count: number, noise = 0): Float32Array {
  const model = makeMolrg({ dim: n, dims: [d], key: foldIn(keyOf(seed), 'model') });
  return sampleMolrg(model, { count, noise, key: foldIn(keyOf(seed), 'samples') }).x;
}

/** Data sets of different sizes as one tensor; rows that belong to none hold `filling`. */
function sideBySide(sets: readonly Float32Array[], filling = 0): Problems {
  const counts = sets.map((x) => x.length / n);
  const count = Math.max(...counts);
  const data = new Float32Array(sets.length * count * n).fill(filling);
  sets.forEach((x, i) => data.set(x, i * count * n));
  return { x: tensor(data, { shape: [sets.length, count, n] }), counts };
}

describe('trainLowRankDenoisers', () => {
  test('finds the subspace of PCA, with orthonormal columns', async () => {
    // In noise PCA's subspace is not the true one, so that finding the truth would not do.
    const sets = [samplesOf(1, 3), samplesOf(2, 6, 0.05), samplesOf(3, 12, 0.05)];
    const found = await trainLowRankDenoisers(sideBySide(sets), { ...options, draws: 16 });
    found.forEach(({ bases: [u] }, i) => {
      const byPca = pca(transpose(matrix(sets[i]!.length / n, n, sets[i]!)), d);
      expect(subspaceDistance(u!, byPca)).toBeLessThan(0.02);
      expectClose(multiply(transpose(u!), u!).data, [1, 0, 0, 1], 1e-12);
    });
  });

  test.each(['soft', 'hard'] as const)('clusters two subspaces, %s weights', async (weights) => {
    const model = makeMolrg({ dim: n, dims: [d, d], key: keyOf(4) });
    const labels = Int32Array.from({ length: 12 }, (_, i) => i % 2);
    const { x } = sampleMolrg(model, { labels, key: keyOf(5) });
    const starts = sideBySide(Array.from({ length: 6 }, () => x));
    const found = await trainLowRankDenoisers(starts, { ...options, components: 2, weights });
    const distances = found
      .toSorted((a, b) => a.loss - b.loss)
      .map(({ bases }) => matchedDistance(bases, model.bases).distance);
    expect(distances[0]).toBeLessThan(0.01);
    // Not every start leads there, which is why there are several; the loss tells which do.
    expect(distances.at(-1)).toBeGreaterThan(1);
    expect(found[0]!.bases).not.toEqual(found[1]!.bases);
  });

  test('reports the mean loss over the last tenth of the steps, which is d at the optimum', async () => {
    const losses: number[] = [];
    const [found] = await trainLowRankDenoisers(sideBySide([samplesOf(6, 12)]), {
      ...options,
      onStep: (step, loss) => {
        losses.push(loss);
        expect(step).toBe(losses.length);
      },
    });
    expect(losses).toHaveLength(300);
    expect(found!.loss).toBeCloseTo(mean(losses.slice(-30)), 10);
    expect(losses[0]).toBeGreaterThan(20 * d);
    // lambda c^2 g^2 = 1 up to g^2 < 0.01, so a draw adds |U^T eps|^2, of mean d and variance 2 d; its
    // opposite adds the same.
    const standardError = Math.sqrt((2 * d) / (30 * 12 * 2));
    expect(Math.abs(found!.loss - d)).toBeLessThan(Z * standardError);
  });

  test('takes hard weights for others than soft ones, unless there is only one subspace', async () => {
    const problems = sideBySide([samplesOf(17, 6, 0.3)]);
    const train = (components: number, weights: 'soft' | 'hard') =>
      trainLowRankDenoisers(problems, { ...options, steps: 10, components, weights });
    expect(await train(2, 'hard')).not.toEqual(await train(2, 'soft'));
    expect(await train(1, 'hard')).toEqual(await train(1, 'soft'));
  });

  test('gives each problem what it gets alone', async () => {
    const [small, large] = [samplesOf(7, 3), samplesOf(8, 10)];
    const short = { ...options, steps: 30 };
    const [together] = await trainLowRankDenoisers(sideBySide([small, large], 7), short);
    const [alone] = await trainLowRankDenoisers(sideBySide([small]), short);
    expect(subspaceDistance(together!.bases[0]!, alone!.bases[0]!)).toBeLessThan(1e-5);
    expect(together!.loss / alone!.loss).toBeCloseTo(1, 5);
  });

  test('gives the same for the same key and another result for another', async () => {
    const problems = sideBySide([samplesOf(9, 4)]);
    const train = (seed: number) =>
      trainLowRankDenoisers(problems, { ...options, steps: 10, key: keyOf(seed) });
    const [first, again, other] = await Promise.all([train(1), train(1), train(2)]);
    expect(again).toEqual(first);
    expect(other).not.toEqual(first);
  });

  test('stops between two steps and frees its session', async () => {
    const controller = new AbortController();
    const { counted, openSessions } = countingBackend();
    const reported: number[] = [];
    const running = trainLowRankDenoisers(sideBySide([samplesOf(10, 4)]), {
      ...options,
      backend: counted,
      signal: controller.signal,
      onStep: (step) => {
        reported.push(step);
        expect(openSessions()).toBe(1);
        if (step === 3) controller.abort(new Error('enough'));
      },
    });
    await expect(running).rejects.toThrow('enough');
    expect(reported).toEqual([1, 2, 3]);
    expect(openSessions()).toBe(0);
  });

  test('rejects settings out of range', async () => {
    const problems = sideBySide([samplesOf(11, 4)]);
    const message = async (change: Partial<LowRankOptions>, counts = problems.counts) => {
      const running = trainLowRankDenoisers({ ...problems, counts }, { ...options, ...change });
      return running.then(
        () => 'nothing',
        (error: unknown) => String(error),
      );
    };
    expect(await message({ d: 9 })).toMatchInlineSnapshot(
      `"ConfigError: low-rank denoiser: K = 1, d = 9; expected K of 1 or more and d from 1 to 8"`,
    );
    expect(await message({ d: 0 })).toMatchInlineSnapshot(
      `"ConfigError: low-rank denoiser: K = 1, d = 0; expected K of 1 or more and d from 1 to 8"`,
    );
    expect(await message({ components: 0 })).toMatchInlineSnapshot(
      `"ConfigError: low-rank denoiser: K = 0, d = 2; expected K of 1 or more and d from 1 to 8"`,
    );
    expect(await message({ draws: 3 })).toMatchInlineSnapshot(
      `"ConfigError: low-rank denoiser: draws = 3 is not an even number of 2 or more"`,
    );
    expect(await message({ draws: 0 })).toMatchInlineSnapshot(
      `"ConfigError: low-rank denoiser: draws = 0 is not an even number of 2 or more"`,
    );
    expect(await message({ steps: 0 })).toMatchInlineSnapshot(
      `"ConfigError: training: steps = 0; expected 1 or more"`,
    );
    expect(await message({}, [5])).toMatchInlineSnapshot(
      `"ConfigError: low-rank denoiser: a problem has 5 samples; expected an integer from 1 to 4"`,
    );
    expect(await message({}, [0])).toMatchInlineSnapshot(
      `"ConfigError: low-rank denoiser: a problem has 0 samples; expected an integer from 1 to 4"`,
    );
    expect(await message({}, [4, 4])).toMatchInlineSnapshot(
      `"ConfigError: low-rank denoiser: 2 counts for x of shape [1, 4, 8]; expected [problems, count, n] and a count for each problem"`,
    );
  });
});

describe('watchLowRankDenoisers', () => {
  test('shows what training ends with, and every few steps before', async () => {
    const problems = sideBySide([samplesOf(12, 4), samplesOf(13, 4)]);
    const short = { ...options, steps: 12 };
    const frames: { step: number; found: readonly LearnedSubspaces[] }[] = [];
    for await (const frame of watchLowRankDenoisers(problems, { ...short, every: 5 })) {
      frames.push(frame);
    }
    expect(frames.map(({ step }) => step)).toEqual([5, 10, 12]);
    const ends = await trainLowRankDenoisers(problems, short);
    expect(frames.at(-1)!.found.map(({ bases }) => bases)).toEqual(ends.map(({ bases }) => bases));
    expect(frames[0]!.found[0]!.bases).not.toEqual(ends[0]!.bases);
  });

  test('frees its session when its reader leaves', async () => {
    const { counted, openSessions } = countingBackend();
    const watched = { ...options, backend: counted, every: 1 };
    for await (const { step } of watchLowRankDenoisers(sideBySide([samplesOf(14, 4)]), watched)) {
      expect(openSessions()).toBe(1);
      if (step === 2) break;
    }
    expect(openSessions()).toBe(0);
  });
});

describe('trainLinearDenoisers', () => {
  test('finds the best linear map', async () => {
    const sets = [samplesOf(15, 16, 0.3), samplesOf(16, 20, 0.3)];
    const maps = await trainLinearDenoisers(sideBySide(sets), options);
    maps.forEach((map, i) => expectClose(map.data, bestLinearMap(sets[i]!), 0.005));
  });
});

/**
 * The W that minimises E lambda |c (x + g eps) W - x|^2 over the samples and g log-uniform in
 * [0.01, 0.1]. With S = X^T X / N the gradient is E[lambda c^2] S W + E[lambda c^2 g^2] W - E[lambda c] S,
 * so W has the eigenvectors of S; lambda = (1 + g^2) / g^2 and c = 1 / (1 + g^2).
 */
function bestLinearMap(x: Float32Array): Float64Array {
  const data = matrix(x.length / n, n, x);
  const moments = multiply(transpose(data), data).data.map((value) => value / data.rows);
  const { values, vectors } = symmetricEigen(matrix(n, n, moments));
  const levels = Array.from({ length: 1000 }, (_, i) => 0.01 * 10 ** ((i + 0.5) / 1000));
  const linear = mean(levels.map((g) => 1 / g ** 2));
  const quadratic = mean(levels.map((g) => 1 / (g ** 2 * (1 + g ** 2))));
  const shrinking = mean(levels.map((g) => 1 / (1 + g ** 2)));
  const scaled = vectors.data.map((entry, i) => {
    const s = values[i % n]!;
    return (entry * linear * s) / (quadratic * s + shrinking);
  });
  return multiply(matrix(n, n, scaled), transpose(vectors)).data;
}
