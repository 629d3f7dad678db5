import { compile, ones, tensor, zeros, type Tensor } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { sgd, type SgdState } from '../src/index.ts';
import { backends } from './backends.ts';
import fixture from './fixtures/sgd.json' with { type: 'json' };
import { largestError } from './largestError.ts';
import { stored } from './layerCases.ts';

type Parameters = readonly Tensor[];

const [given] = fixture.cases.given;
if (given === undefined) throw new Error('the fixture gives no gradients');
const { initial, gradients } = given;

describe.each(backends)('against PyTorch on $name', (backend) => {
  test.each(fixture.cases.runs)(
    'agrees in parameters and velocities over ten steps: momentum $momentum, Nesterov $isNesterov, decay $weightDecay',
    async ({ momentum, isNesterov, weightDecay, steps }) => {
      const update = compile(
        (state: SgdState<Parameters>, slopes: Parameters, learningRate: Tensor) =>
          sgd.update(state, slopes, { learningRate, momentum, isNesterov, weightDecay }),
        { backend },
      );
      let state = sgd.init<Parameters>(initial.map(stored), { momentum });
      const errors: number[] = [];
      for (const [t, { learningRate, parameters, velocities }] of steps.entries()) {
        state = await update(state, (gradients[t] ?? []).map(stored), tensor(learningRate));
        expect(state.velocity ?? []).toHaveLength(velocities.length);
        for (const [i, { data }] of [...parameters, ...velocities].entries()) {
          const value = [...state.params, ...(state.velocity ?? [])][i] ?? zeros([1]);
          errors.push(await largestError(value, data, 1));
        }
      }
      await update.dispose();
      expect(errors).toHaveLength(momentum === 0 ? 20 : 40);
      expect(Math.max(...errors)).toBeLessThan(5e-6);
    },
  );
});

describe('errors', () => {
  const state = sgd.init({ w: zeros([2]) });
  const slopes = { w: ones([2]) };

  test('settings out of their range', () => {
    expect(() =>
      sgd.update(state, slopes, { learningRate: 1, momentum: 1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sgd.update: momentum = 1 is not from 0 to less than 1]`,
    );
    expect(() =>
      sgd.update(state, slopes, { learningRate: 1, isNesterov: true }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sgd.update: Nesterov's form needs momentum; set it, or isNesterov to false]`,
    );
    expect(() =>
      sgd.update(state, slopes, { learningRate: 1, weightDecay: -1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sgd.update: weightDecay = -1 is not 0 or more]`,
    );
  });

  test('momentum that the state was not made for, and the reverse', () => {
    expect(() =>
      sgd.update(state, slopes, { learningRate: 1, momentum: 0.9 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sgd.update: momentum = 0.9, but the state has no velocity; give sgd.init the same momentum]`,
    );
    const moving = sgd.init({ w: zeros([2]) }, { momentum: 0.9 });
    expect(() =>
      sgd.update(moving, slopes, { learningRate: 1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: sgd.update: momentum = 0, but the state has a velocity; give sgd.init the same momentum]`,
    );
  });

  test('a gradient that would be broadcast', () => {
    expect(() =>
      sgd.update(state, { w: ones([1]) }, { learningRate: 1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: sgd.update: the gradient of w is [1]; expected [2]]`,
    );
  });
});
