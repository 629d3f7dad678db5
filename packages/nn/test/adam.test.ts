import {
  compile,
  ones,
  ShapeError,
  tensor,
  zeros,
  type Backend,
  type Operand,
  type Tensor,
} from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { adam, type AdamState } from '../src/index.ts';
import { backends } from './backends.ts';
import fixture from './fixtures/adam.json' with { type: 'json' };
import { largestError } from './largestError.ts';

type Case = (typeof fixture.cases)[number];
type Parameters = readonly Tensor[];
interface Stored {
  readonly shape: number[];
  readonly data: number[];
}

const precisions = { float32: 2e-6, float64: 1e-13 };
type Precision = keyof typeof precisions;

/** The states after each step of a case, with the learning rate as a tensor or as a number. */
async function run(
  reference: Case,
  backend: Backend,
  settings: { readonly precision: Precision; readonly rate: 'tensor' | 'number' },
): Promise<readonly AdamState<Parameters>[]> {
  const { epsilon, weightDecay } = reference;
  const [beta1 = NaN, beta2 = NaN] = reference.betas;
  const update = compile(
    (state: AdamState<Parameters>, gradients: Parameters, learningRate: Operand) =>
      adam.update(state, gradients, { learningRate, betas: [beta1, beta2], epsilon, weightDecay }),
    { backend },
  );
  const stored = ({ data, shape }: Stored) => tensor(data, { shape, dtype: settings.precision });
  let state = adam.init<Parameters>(reference.initial.map(stored));
  const states = [];
  for (const { learningRate, gradients } of reference.steps) {
    const rate =
      settings.rate === 'number'
        ? learningRate
        : tensor(learningRate, { dtype: settings.precision });
    state = await update(state, gradients.map(stored), rate);
    states.push(state);
  }
  await update.dispose();
  return states;
}

function errorsOf(
  actual: Parameters,
  expected: readonly Stored[],
  { divisor, floor }: { readonly divisor: number; readonly floor: number },
): Promise<number[]> {
  return Promise.all(
    expected.map(({ data }, i) => {
      const values = data.map((value) => value / divisor);
      return largestError(actual[i] ?? zeros([1]), values, floor);
    }),
  );
}

describe.each(backends)('against PyTorch on $name', (backend) => {
  // float64 tests the formulas, for which one backend will do.
  const used: Precision[] = backend.name === 'node-cpu' ? ['float32', 'float64'] : ['float32'];
  const rows = fixture.cases.flatMap((reference) => {
    const { algorithm, betas, schedule } = reference;
    return used.map((precision) => ({ algorithm, betas, schedule, precision, reference }));
  });

  test.each(rows)(
    'agrees in parameters and moments over ten steps: $algorithm, betas $betas, $schedule, $precision',
    async ({ reference, precision }) => {
      const states = await run(reference, backend, { precision, rate: 'tensor' });
      const [beta1 = NaN, beta2 = NaN] = reference.betas;
      const errors = [];
      for (const [t, { parameters, firstMoments, secondMoments }] of reference.steps.entries()) {
        const { params, m, v } = states[t] ?? adam.init<Parameters>([]);
        // Our moments leave out the factors 1 - beta of PyTorch's. Parameters below 1 are compared
        // absolutely, moments relatively.
        errors.push(
          ...(await errorsOf(params, parameters, { divisor: 1, floor: 1 })),
          ...(await errorsOf(m, firstMoments, { divisor: 1 - beta1, floor: 1e-30 })),
          ...(await errorsOf(v, secondMoments, { divisor: 1 - beta2, floor: 1e-30 })),
        );
      }
      expect(errors).toHaveLength(10 * 3 * 2);
      expect(Math.max(...errors)).toBeLessThan(precisions[precision]);
    },
  );
});

describe('a learning rate', () => {
  const [backend] = backends;
  const [plain] = fixture.cases.filter(({ schedule }) => schedule === 'constant');
  const decayed = fixture.cases.find(
    ({ algorithm, schedule }) => algorithm === 'adamw' && schedule === 'constant',
  );
  if (backend === undefined || plain === undefined || decayed === undefined) {
    throw new Error('the fixture lacks a case');
  }

  test.each([plain, decayed])('is the same as number and as tensor: $algorithm', async (each) => {
    const precision = 'float64';
    const asTensor = (await run(each, backend, { precision, rate: 'tensor' })).at(-1);
    const asNumber = (await run(each, backend, { precision, rate: 'number' })).at(-1);
    for (const [i, param] of (asTensor?.params ?? []).entries()) {
      const numbers = Array.from((await asNumber?.params[i]?.data()) ?? [], Number);
      expect(await largestError(param, numbers, 1)).toBeLessThan(1e-14);
    }
  });
});

describe('bias corrections', () => {
  // 1 - beta^t computed in float32 would be wrong by 2e-4 at the first step.
  test('keep their digits in float32 at the first steps, where 1 - beta^t cancels', async () => {
    const [backend] = backends;
    if (backend === undefined) throw new Error('no backend');
    const update = compile(
      (state: AdamState<Tensor>, gradient: Tensor) =>
        adam.update(state, gradient, { learningRate: 0.1, betas: [0.9, 0.9999] }),
      { backend },
    );
    let state = adam.init(zeros([1]));
    for (let t = 1; t <= 20; t++) {
      state = await update(state, ones([1]));
      expect(await largestError(state.corrections[0], [1 - 0.9 ** t], 0)).toBeLessThan(5e-7);
      expect(await largestError(state.corrections[1], [1 - 0.9999 ** t], 0)).toBeLessThan(5e-7);
      // With a constant gradient each step is the learning rate.
      expect(await largestError(state.params, [-0.1 * t], 0)).toBeLessThan(1e-6);
    }
  });
});

describe('errors', () => {
  const state = adam.init({ w: zeros([2]), b: zeros([1]) });
  const gradients = { w: ones([2]), b: ones([1]) };

  test('settings out of their range', () => {
    expect(() =>
      adam.update(state, gradients, { learningRate: 1, betas: [0.9, 1] }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: adam.update: betas = [0.9, 1]; expected each from 0 to less than 1]`,
    );
    expect(() =>
      adam.update(state, gradients, { learningRate: 1, betas: [-0.1, 0.9] }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: adam.update: betas = [-0.1, 0.9]; expected each from 0 to less than 1]`,
    );
    expect(() =>
      adam.update(state, gradients, { learningRate: 1, epsilon: 0 }),
    ).toThrowErrorMatchingInlineSnapshot(`[ConfigError: adam.update: epsilon = 0 is not positive]`);
  });

  test.each([
    ['that does not broadcast', [3]],
    ['that would repeat one number', [1]],
    ['that would enlarge the parameter', [2, 2]],
  ])('a gradient of a shape %s', (_, shape) => {
    expect(() => adam.update(state, { ...gradients, w: ones(shape) }, { learningRate: 1 })).toThrow(
      new ShapeError(`adam.update: the gradient of w is [${shape.join(', ')}]; expected [2]`),
    );
  });

  test('gradients in another order', () => {
    const { w, b } = gradients;
    expect(() => adam.update(state, { b, w }, { learningRate: 1 })).toThrow(/trees differ: w/);
  });
});
