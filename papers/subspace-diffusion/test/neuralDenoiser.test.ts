import { keyOf, normals } from '@working-papers/grad';
import { mean, points, type Points } from '@working-papers/metrics';
import { expect, test } from 'vitest';
import {
  sampleNeuralDenoiser,
  trainNeuralDenoiser,
  type NeuralTrainingOptions,
} from '../neuralDenoiser.ts';
import { countingBackend } from './countingBackend.ts';
import { backend } from './numbers.ts';

const options: NeuralTrainingOptions = {
  hidden: [32],
  steps: 300,
  batch: 64,
  learningRate: 1e-2,
  key: keyOf(1),
  backend,
};

/** Points around `centre`, spread by `scale` along the first axis and a tenth of it along the second. */
function ellipse(centre: readonly [number, number], scale: number): Points {
  const draws = normals(keyOf(2), 400);
  return points(
    draws.map((z, i) => centre[i % 2]! + z * scale * (i % 2 === 0 ? 1 : 0.1)),
    2,
  );
}

const axis = ({ data }: Points, which: 0 | 1) => Array.from(data).filter((_, i) => i % 2 === which);

const deviation = (values: readonly number[]) => {
  const centre = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
};

test.each([2, 0.1])(
  'learns data of scale %f: the loss falls, samples spread like them',
  async (scale) => {
    const data = ellipse([3, -1], scale);
    const losses: number[] = [];
    const trained = await trainNeuralDenoiser(data, {
      ...options,
      onStep: (step, loss) => {
        losses.push(loss);
        expect(step).toBe(losses.length);
      },
    });
    expect(losses).toHaveLength(options.steps);
    expect(mean(losses.slice(-50))).toBeLessThan(0.85 * mean(losses.slice(0, 20)));
    const samples = await sampleNeuralDenoiser(trained, { count: 500, key: keyOf(3), backend });
    for (const which of [0, 1] as const) {
      const [own, theirs] = [axis(samples, which), axis(data, which)];
      expect(Math.abs(mean(own) - mean(theirs))).toBeLessThan(0.3 * deviation(theirs));
      expect(deviation(own) / deviation(theirs)).toBeGreaterThan(0.8);
      expect(deviation(own) / deviation(theirs)).toBeLessThan(1.25);
    }
  },
);

test('gives the same samples for the same keys and others for others', async () => {
  const data = ellipse([0, 0], 1);
  const draw = async (training: number, sampling: number) => {
    const denoiser = await trainNeuralDenoiser(data, {
      ...options,
      steps: 10,
      key: keyOf(training),
    });
    return sampleNeuralDenoiser(denoiser, { count: 4, key: keyOf(sampling), backend });
  };
  const first = await draw(4, 5);
  expect(first).toMatchObject({ count: 4, dim: 2 });
  expect(await draw(4, 5)).toEqual(first);
  expect(await draw(4, 6)).not.toEqual(first);
  expect(await draw(7, 5)).not.toEqual(first);
});

test('frees its sessions, also when it is stopped', async () => {
  const data = ellipse([0, 0], 1);
  const { counted, openSessions } = countingBackend();
  const short = { ...options, backend: counted, steps: 5 };
  const denoiser = await trainNeuralDenoiser(data, short);
  await sampleNeuralDenoiser(denoiser, { count: 2, key: keyOf(8), backend: counted });
  expect(openSessions()).toBe(0);

  const controller = new AbortController();
  const reported: number[] = [];
  const running = trainNeuralDenoiser(data, {
    ...short,
    signal: controller.signal,
    onStep: (step) => {
      reported.push(step);
      expect(openSessions()).toBe(1);
      if (step === 2) controller.abort(new Error('enough'));
    },
  });
  await expect(running).rejects.toThrow('enough');
  expect(reported).toEqual([1, 2]);
  expect(openSessions()).toBe(0);
});
