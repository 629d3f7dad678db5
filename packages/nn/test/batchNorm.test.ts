import { compile, keyOf, normal, ones, type Tensor } from '@working-papers/grad';
import { expect, test } from 'vitest';
import { batchNormLayer, type BatchNormState } from '../src/index.ts';
import { backends } from './backends.ts';
import { largestError } from './largestError.ts';

const [backend] = backends;
if (backend === undefined) throw new Error('no backend');

const params = batchNormLayer.init(2);

test('the cumulative average weighs all batches alike, whatever the order', async () => {
  const step = compile(
    (x: Tensor, state: BatchNormState) =>
      batchNormLayer.train(params, x, state, { momentum: 'cumulative' }).state,
    { backend },
  );
  const batches = [1, 2, 3, 4, 5].map((seed) => normal(keyOf(seed), [6, 2]));
  const estimate = async (order: readonly Tensor[]) => {
    let state = batchNormLayer.initState(2);
    for (const batch of order) state = await step(batch, state);
    return state;
  };
  const state = await estimate(batches);
  const reversed = await estimate(batches.toReversed());
  await step.dispose();
  expect(await state.batches.item()).toBe(5);

  const all = await Promise.all(
    batches.map(async (batch) => Array.from(await batch.data(), Number)),
  );
  const channel = (values: readonly number[], c: number) => values.filter((_, i) => i % 2 === c);
  const mean = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + value, 0) / values.length;
  const unbiased = (values: readonly number[]) =>
    values.reduce((sum, value) => sum + (value - mean(values)) ** 2, 0) / (values.length - 1);
  const means = [0, 1].map((c) => mean(all.map((values) => mean(channel(values, c)))));
  const variances = [0, 1].map((c) => mean(all.map((values) => unbiased(channel(values, c)))));
  for (const each of [state, reversed]) {
    expect(await largestError(each.mean, means, 1)).toBeLessThan(1e-6);
    expect(await largestError(each.variance, variances, 1)).toBeLessThan(1e-6);
  }
});

test('a momentum that is no weight is refused', () => {
  const state = batchNormLayer.initState(2);
  expect(() =>
    batchNormLayer.train(params, ones([3, 2]), state, { momentum: 1.5 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: batchNormLayer.train: momentum = 1.5 is not from 0 to 1]`,
  );
});
