import { evaluate, keyOf, normal, tensor, zeros } from '@working-papers/grad';
import { expect, test } from 'vitest';
import { gaussianKl } from '../src/index.ts';
import { backends } from './backends.ts';

// Values and gradients are compared with PyTorch's in layers.test.ts.

const [backend] = backends;
if (backend === undefined) throw new Error('no backend');

test('is 0 between a distribution and itself', async () => {
  const p = () => ({ mean: normal(keyOf(1), [3, 4]), logVariance: normal(keyOf(2), [3, 4]) });
  const kl = await evaluate(gaussianKl(p(), p()), { backend });
  expect(Array.from(await kl.data(), Number)).toEqual([0, 0, 0]);
});

test('keeps digits near the standard normal distribution, where exp(r) - 1 - r has none', async () => {
  const kl = await evaluate(gaussianKl({ mean: zeros([1]), logVariance: tensor([2e-4]) }), {
    backend,
  });
  // r^2 / 4 for a small log-variance r, here below float32's distance of 1 from its neighbour.
  expect((await kl.item()) / 1e-8).toBeCloseTo(1, 2);
});

test('parts of different shapes are refused', () => {
  const p = { mean: zeros([2, 3]), logVariance: zeros([3]) };
  expect(() => gaussianKl(p)).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: gaussianKl: [2, 3], [3] differ; expected [..., dim] for each]`,
  );
});
