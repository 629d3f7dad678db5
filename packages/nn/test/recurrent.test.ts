import { evaluate, keyOf, normal, zeros, type Tensor } from '@working-papers/grad';
import { expect, test } from 'vitest';
import { gruLayer, lstmLayer, type LstmState } from '../src/index.ts';
import { backends } from './backends.ts';
import { largestError } from './largestError.ts';

const [backend] = backends;
if (backend === undefined) throw new Error('no backend');

const x = normal(keyOf(1), [2, 5, 3]);
const places = [0, 1, 2, 3, 4];
const numbers = async (value: Tensor) => Array.from(await value.data(), Number);
const inputAt = (i: number) => x.slice({ axis: 1, start: i, end: i + 1 }).reshape([2, 3]);

test('a GRU step by step gives what it gives for the whole sequence', async () => {
  const params = gruLayer.init(keyOf(2), 3, 4);
  const whole = await evaluate(gruLayer.apply(params, x), { backend });
  let h: Tensor = zeros([2, 4]);
  for (const i of places) h = gruLayer.step(params, inputAt(i), h);
  const last = await evaluate(h, { backend });
  expect(await largestError(last, await numbers(whole.h), 1)).toBeLessThan(1e-6);
  // In two parts too, the second from where the first ended.
  const head = gruLayer.apply(params, x.slice({ axis: 1, end: 2 }));
  const tail = gruLayer.apply(params, x.slice({ axis: 1, start: 2 }), head.h);
  const joined = await evaluate(tail.y, { backend });
  const expected = await evaluate(whole.y.slice({ axis: 1, start: 2 }), { backend });
  expect(await largestError(joined, await numbers(expected), 1)).toBeLessThan(1e-6);
});

test('an LSTM step by step gives what it gives for the whole sequence', async () => {
  const params = lstmLayer.init(keyOf(3), 3, 4);
  const whole = await evaluate(lstmLayer.apply(params, x).state, { backend });
  let state: LstmState = { h: zeros([2, 4]), c: zeros([2, 4]) };
  for (const i of places) state = lstmLayer.step(params, inputAt(i), state);
  const last = await evaluate(state, { backend });
  expect(await largestError(last.h, await numbers(whole.h), 1)).toBeLessThan(1e-6);
  expect(await largestError(last.c, await numbers(whole.c), 1)).toBeLessThan(1e-6);
});

test('both start in ±1/sqrt(dHidden)', async () => {
  for (const params of [gruLayer.init(keyOf(4), 50, 16), lstmLayer.init(keyOf(5), 50, 16)]) {
    for (const value of Object.values<Tensor>({ ...params })) {
      const largest = Math.max(...(await numbers(value)).map(Math.abs));
      expect(largest).toBeLessThanOrEqual(0.25);
      expect(largest).toBeGreaterThan(0.15);
    }
  }
});

test('sizes that are no counts', () => {
  expect(() => gruLayer.init(keyOf(0), 0, 4)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: gruLayer.init: dIn = 0, dHidden = 4; expected positive integers]`,
  );
  expect(() => lstmLayer.init(keyOf(0), 3, 1.5)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: lstmLayer.init: dIn = 3, dHidden = 1.5; expected positive integers]`,
  );
});
