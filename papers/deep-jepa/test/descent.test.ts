import { hostData, keyOf, tensor, type Tensor } from '@working-papers/grad';
import { matrix, multiply, svd, transpose, type Matrix } from '@working-papers/metrics';
import { describe, expect, test } from 'vitest';
import { descend, train, type DescentOptions } from '../descent.ts';
import { learningTimes } from '../learningTimes.ts';
import {
  criticalTime,
  encoderProduct,
  featureOde,
  fixedPoint,
  type LinearNetwork,
} from '../method.ts';
import { stackMoments } from '../moments.ts';
import { deepLinearNetwork, randomRotation, stackMatrices } from '../network.ts';
import { momentsOf } from '../pairModel.ts';
import { backend, expectClose, fourFeatures, numbersOf } from './numbers.ts';

const objectives = ['jepa', 'mae'] as const;
const dim = 4;
const rotation = randomRotation(keyOf(7), dim);
const straight = stackMoments([momentsOf(fourFeatures)]);
const turned = stackMoments([momentsOf(fourFeatures, rotation)]);
const short = {
  learningRate: 0.02,
  steps: 400,
  every: 20,
  backend,
} satisfies Partial<DescentOptions>;

function matrixOf(value: Tensor): Matrix {
  return matrix(dim, dim, Array.from(hostData(value), Number));
}

async function spectrum({ layers }: LinearNetwork): Promise<number[]> {
  const product = matrix(dim, dim, await numbersOf(encoderProduct(layers)));
  return [...svd(product).values];
}

describe('descend', () => {
  test.each(objectives)('%s follows the equation of each feature', async (objective) => {
    const network = deepLinearNetwork({ objective, dim, depth: 2, initialScale: 0.1 });
    const { snapshots } = await train(
      descend(network, straight, { ...short, objective, learningRate: 0.005, steps: 8000 }),
    );
    const times = snapshots.slice(1).map(({ time }) => time);
    fourFeatures.lambda.forEach((lambda, i) => {
      const feature = { objective, depth: 2, lambda, rho: fourFeatures.rho[i]! };
      const equation = featureOde(feature, 0.1, times);
      const strengths = snapshots.slice(1).map((snapshot) => snapshot.strengths[i]!);
      expectClose(strengths, equation, 0.01 * fixedPoint(feature));
    });
    // And it is a test: the features do move.
    expect(snapshots.at(-1)!.strengths[3]).toBeGreaterThan(2 * snapshots[0]!.strengths[3]!);
  });

  test.each(objectives)(
    '%s keeps the layers balanced, to the order of the step',
    async (objective) => {
      const imbalance = async (learningRate: number) => {
        const start = deepLinearNetwork({ objective, dim, depth: 3, initialScale: 0.15 });
        const steps = 4 / learningRate;
        const { network } = await train(
          descend(start, turned, { ...short, objective, learningRate, steps }),
        );
        const all = [...network.layers, network.head].map(matrixOf);
        return Math.max(
          ...all.slice(1).map((upper, a) => {
            const [above, below] = [
              multiply(transpose(upper), upper),
              multiply(all[a]!, transpose(all[a]!)),
            ];
            return Math.max(...above.data.map((value, i) => Math.abs(value - below.data[i]!)));
          }),
        );
      };
      const [coarse, fine] = [await imbalance(0.05), await imbalance(0.0125)];
      expect(coarse).toBeLessThan(0.05);
      expect(fine).toBeLessThan(coarse / 2 + 1e-12);
    },
  );

  test.each(objectives)(
    '%s has the same singular values on turned data and from a turned start',
    async (objective) => {
      const start = { objective, dim, depth: 3, initialScale: 0.1 };
      const options = { ...short, objective };
      const plain = await train(descend(deepLinearNetwork(start), straight, options));
      const onTurned = await train(
        descend(deepLinearNetwork(start), turned, { ...options, basis: stackMatrices([rotation]) }),
      );
      const fromTurned = await train(
        descend(deepLinearNetwork({ ...start, rotations: keyOf(3) }), straight, options),
      );
      for (const [k, { strengths }] of plain.snapshots.entries()) {
        expectClose(onTurned.snapshots[k]!.strengths, strengths, 1e-10);
        expectClose(fromTurned.snapshots[k]!.strengths, strengths, 1e-10);
      }
      const expected = await spectrum(plain.network);
      expectClose(await spectrum(onTurned.network), expected, 1e-10);
      expectClose(await spectrum(fromTurned.network), expected, 1e-10);
    },
  );

  test('JEPA collapses where the gradient passes through the target, and not otherwise', async () => {
    const run = async (isDetached: boolean) => {
      const start = deepLinearNetwork({ objective: 'jepa', dim, depth: 1, initialScale: 0.1 });
      const options = { ...short, objective: 'jepa' as const, steps: 4000, isDetached };
      const { snapshots } = await train(descend(start, straight, options));
      return snapshots.at(-1)!.strengths;
    };
    // With identical views, rho = 1, the loss falls with V -> 1 as well, and the collapse is slow.
    const [identical, ...noisy] = await run(false);
    expect(identical).toBeLessThan(0.1 / 4);
    expect(Math.max(...noisy)).toBeLessThan(1e-3);
    expect(Math.min(...(await run(true)))).toBeGreaterThan(0.25);
  });

  test('trains problems side by side as each alone', async () => {
    const start = { objective: 'jepa' as const, dim, depth: 2, initialScale: 0.1 };
    const both = await train(
      descend(
        deepLinearNetwork({ ...start, copies: 2 }),
        stackMoments([momentsOf(fourFeatures), momentsOf(fourFeatures, rotation)]),
        { ...short, objective: 'jepa' },
      ),
    );
    const second = await train(
      descend(deepLinearNetwork(start), turned, { ...short, objective: 'jepa' }),
    );
    const last = both.snapshots.at(-1)!.strengths;
    expectClose(last.subarray(dim), second.snapshots.at(-1)!.strengths, 1e-12);
  });

  test('ends when it is stopped', async () => {
    const controller = new AbortController();
    const start = deepLinearNetwork({ objective: 'mae', dim, depth: 1, initialScale: 0.1 });
    const descent = descend(start, straight, {
      ...short,
      objective: 'mae',
      signal: controller.signal,
    });
    await descent.next();
    controller.abort(new Error('enough'));
    await expect(descent.next()).rejects.toThrow('enough');
  });

  test('refuses settings that make no sense', () => {
    const start = deepLinearNetwork({ objective: 'mae', dim: 2, depth: 1, initialScale: 0.1 });
    const pair = (xx: readonly number[]) => {
      const square = tensor(Float64Array.from(xx), { shape: [1, 2, 2] });
      return { xx: square, xy: square, yy: square };
    };
    const options = { ...short, objective: 'mae' } as const;
    expect(() =>
      descend(start, pair([1, 0.5, 0.2, 1]), options),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: descend: xx is not symmetric: entry (1, 0) is 0.2 and (0, 1) is 0.5; expected a covariance]`,
    );
    expect(() =>
      descend(start, pair([1, 0, 0, 1]), { ...options, steps: 30 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: descend: steps = 30, every = 20; expected integers, the first a multiple of the second]`,
    );
    expect(() =>
      descend(start, pair([1, 0, 0, 1]), { ...options, learningRate: 0 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: descend: learningRate = 0 is not positive]`,
    );
    expect(() =>
      deepLinearNetwork({ objective: 'mae', dim: 2, depth: 0, initialScale: 0.1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: deepLinearNetwork: dim = 2, depth = 0, copies = 1; expected positive integers]`,
    );
    expect(() =>
      deepLinearNetwork({ objective: 'mae', dim: 2, depth: 1, initialScale: 0 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: deepLinearNetwork: initialScale = 0 is not positive]`,
    );
  });
});

describe('learningTimes', () => {
  const at = (time: number, ...strengths: number[]) => ({
    step: time,
    time,
    strengths: Float64Array.from(strengths),
  });

  test('lie between snapshots along the logarithm of the strength', () => {
    const snapshots = [at(0, 0.01, 1), at(10, 0.1, 2), at(20, 1, 2)];
    expect(learningTimes(snapshots, [0.1, 0.5])).toEqual([10, 0]);
    expect(learningTimes(snapshots, [Math.sqrt(0.1), 3])[0]).toBeCloseTo(15, 12);
    expect(learningTimes(snapshots, [0.1, 3])[1]).toBeNull();
  });

  test('of gradient descent are those of the equation', async () => {
    const options = { ...short, objective: 'jepa', learningRate: 0.005, steps: 4000 } as const;
    const start = deepLinearNetwork({ objective: 'jepa', dim, depth: 1, initialScale: 0.1 });
    const { snapshots } = await train(descend(start, straight, options));
    const features = Array.from(fourFeatures.lambda, (lambda, i) => {
      return { objective: 'jepa' as const, depth: 1, lambda, rho: fourFeatures.rho[i]! };
    });
    const found = learningTimes(
      snapshots,
      features.map((feature) => fixedPoint(feature) / 2),
    );
    features.forEach((feature, i) => {
      const { exact } = criticalTime(feature, { initialScale: 0.1 });
      expect(found[i]! / exact).toBeCloseTo(1, 2);
    });
  });
});
