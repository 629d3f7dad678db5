import {
  compile,
  foldIn,
  keyOf,
  normal,
  tensor,
  type Backend,
  type Tensor,
} from '@working-papers/grad';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  adam,
  globalNorm,
  gradientStep,
  muon,
  sgd,
  type AdamState,
  type Optimiser,
  type OptimiserState,
} from '../src/index.ts';
import { backends } from './backends.ts';

interface Model {
  readonly w: Tensor;
}

interface Batch {
  readonly x: Tensor;
  readonly y: Tensor;
}

const loss = ({ w }: Model, { x, y }: Batch) => x.matmul(w).sub(y).square().mean();

/** The loss before each of 60 steps of regression without noise. */
async function losses<State extends OptimiserState<Model>>(
  optimiser: Optimiser<Model, State>,
  options: { readonly backend: Backend; readonly learningRate: number },
): Promise<readonly number[]> {
  const x = normal(keyOf(1), [32, 3]);
  const target = tensor([
    [1, -2],
    [0.5, 1],
    [2, 0],
  ]);
  const step = compile(
    (state: State, learningRate: Tensor) =>
      gradientStep(loss, optimiser)(state, { x, y: x.matmul(target) }, learningRate),
    { backend: options.backend },
  );
  let state = optimiser.init({ w: normal(foldIn(keyOf(1), 'w'), [3, 2]) });
  const result: number[] = [];
  for (let i = 0; i < 60; i++) {
    const next = await step(state, tensor(options.learningRate * (1 - i / 60)));
    state = next.state;
    result.push(await next.loss.item());
  }
  await step.dispose();
  return result;
}

describe.each(backends)('on $name', (backend) => {
  test('one training step serves every optimiser', async () => {
    const runs = [
      await losses(adam.with<Model>({ weightDecay: 1e-3 }), { backend, learningRate: 0.3 }),
      await losses(sgd.with<Model>({ momentum: 0.8, isNesterov: true }), {
        backend,
        learningRate: 0.1,
      }),
      await losses(sgd.with<Model>(), { backend, learningRate: 0.3 }),
      await losses(muon.with<Model>({ momentum: 0.5 }), { backend, learningRate: 0.3 }),
    ];
    for (const [first = 0, ...others] of runs) {
      expect(others.at(-1)).toBeLessThan(first / 100);
    }
    // No two are the same optimiser.
    expect(new Set(runs.map((run) => run[5]?.toPrecision(3))).size).toBe(4);
  });
});

const [backend] = backends;
if (backend === undefined) throw new Error('no backend');

test('with maxGradNorm a step of gradient descent is that long at most', async () => {
  const batch = { x: normal(keyOf(3), [8, 3]), y: normal(keyOf(4), [8, 2]).mul(100) };
  const optimiser = sgd.with<Model>();
  const start: Model = { w: normal(keyOf(5), [3, 2]) };
  const lengthAt = async (maxGradNorm: number) => {
    const step = compile(
      (state: OptimiserState<Model>) => {
        const { state: next, gradNorm } = gradientStep(loss, optimiser, { maxGradNorm })(
          state,
          batch,
          tensor(1),
        );
        if (gradNorm === undefined) expect.fail('no gradNorm');
        return { gradNorm, length: globalNorm(next.params.w.sub(state.params.w)) };
      },
      { backend },
    );
    const { gradNorm, length } = await step(optimiser.init(start));
    await step.dispose();
    return { gradNorm: await gradNorm.item(), length: await length.item() };
  };
  const clipped = await lengthAt(0.5);
  expect(clipped.gradNorm).toBeGreaterThan(10);
  expect(clipped.length).toBeCloseTo(0.5, 4);
  const free = await lengthAt(1e6);
  expect(free.gradNorm).toBeCloseTo(clipped.gradNorm, 3);
  expect(free.length / free.gradNorm).toBeCloseTo(1, 5);
});

test('the state of the optimiser is inferred from the loss and its settings', () => {
  const step = gradientStep(loss, adam.with({ weightDecay: 0.1 }));
  expectTypeOf(step).parameter(0).toEqualTypeOf<AdamState<Model>>();
  expectTypeOf(step).parameter(1).toEqualTypeOf<Batch>();
  // @ts-expect-error: the learning rate belongs to the step.
  adam.with({ learningRate: 0.1 });
});
