import { evaluate, grad, keyOf, normal, zeros, type Tensor } from '@working-papers/grad';
import { expect, test } from 'vitest';
import { adaLnBlock, adaLnHead, type AdaLnBlock } from '../src/index.ts';
import { backends } from './backends.ts';

const [backend] = backends;
if (backend === undefined) throw new Error('no backend');

const sizes = { dModel: 6, nHeads: 2, dMlp: 8, dCondition: 3 };
const x = normal(keyOf(1), [2, 4, 6]);
const condition = normal(keyOf(2), [2, 3]);
const numbers = async (value: Tensor) => Array.from(await value.data(), Number);

test('a fresh block is the identity, and its gates learn at the first step', async () => {
  const params = adaLnBlock.init(keyOf(3), sizes);
  const y = await evaluate(adaLnBlock.apply(params, x, condition, { nHeads: 2 }), { backend });
  expect(await y.data()).toEqual(await x.data());
  const loss = (at: AdaLnBlock) => adaLnBlock.apply(at, x, condition, { nHeads: 2 }).square().sum();
  const slopes = await evaluate(grad(loss)(params), { backend });
  const bias = await numbers(slopes.modulation.b);
  // Columns: shift, scale and gate of attention, then of the perceptron. Behind a gate of 0 nothing learns.
  const isMoved = [0, 1, 2, 3, 4, 5].map((part) =>
    bias.slice(6 * part, 6 * (part + 1)).some((slope) => Math.abs(slope) > 1e-3),
  );
  expect(isMoved).toEqual([false, false, true, false, false, true]);
});

test('a fresh head gives 0', async () => {
  const params = adaLnHead.init(keyOf(4), { dModel: 6, dOut: 2, dCondition: 3 });
  const y = await evaluate(adaLnHead.apply(params, x, condition), { backend });
  expect(y.shape).toEqual([2, 4, 2]);
  expect(await numbers(y)).toEqual(Array<number>(16).fill(0));
});

test('a condition of another rank is refused', () => {
  const params = adaLnBlock.init(keyOf(5), sizes);
  expect(() =>
    adaLnBlock.apply(params, x, zeros([3]), { nHeads: 2 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ShapeError: adaLn: the condition is [3]; expected [batch, dCondition] or [batch, seq, dCondition]]`,
  );
});
