import { evaluate, tensor, type Tensor } from '@working-papers/grad';
import { expect, test } from 'vitest';
import { ema } from '../src/index.ts';
import { backends } from './backends.ts';
import { largestError } from './largestError.ts';

const [backend] = backends;
if (backend === undefined) throw new Error('no backend');

test('is decay^n of the start and the rest of a constant that follows', async () => {
  let average: { readonly w: Tensor } = { w: tensor([1, -2]) };
  const later = { w: tensor([5, 6]) };
  for (let i = 0; i < 4; i++) average = ema(average, later, i % 2 === 0 ? 0.75 : tensor(0.75));
  const { w } = await evaluate(average, { backend });
  const share = 0.75 ** 4;
  const expected = [5 + (1 - 5) * share, 6 + (-2 - 6) * share];
  expect(await largestError(w, expected, 0)).toBeLessThan(1e-6);
});

test('stays at parameters that do not change, to the last bit', async () => {
  const params = () => tensor([0.1, 1e-30, 12345.678]);
  const average = await evaluate(ema(params(), params(), 0.9999), { backend });
  expect(await average.data()).toEqual(await params().data());
});

test('rejects a decay that is no weight, and trees of different form', () => {
  expect(() => ema(tensor(1), tensor(1), 1.5)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: ema: decay = 1.5 is not from 0 to 1]`,
  );
  const [w, b] = [{ w: tensor(1) }, { b: tensor(1) }];
  expect(() => ema<object>(w, b, 0.5)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: zipTensors: trees differ: w in the first, b in another]`,
  );
});
