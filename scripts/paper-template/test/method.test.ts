import { evaluate, tensor, valueAndGrad, type Tensor } from '@working-papers/grad';
import { expect, test } from 'vitest';
import { robustLoss } from '../method.ts';
import { surroundings } from './surroundings.ts';

const { backend } = surroundings;

/** Loss and slope at each residual. */
async function at(residuals: readonly number[], delta: number) {
  const sum = (r: Tensor) => robustLoss(r, delta).sum();
  const r = tensor([...residuals]);
  const [, slope] = valueAndGrad(sum)(r);
  const result = await evaluate({ loss: robustLoss(r, delta), slope }, { backend });
  return { loss: [...(await result.loss.data())], slope: [...(await result.slope.data())] };
}

test('is half a square near zero, where its slope is the residual', async () => {
  const { loss, slope } = await at([-0.02, 0, 0.01], 2);
  [-0.02, 0, 0.01].forEach((r, i) => {
    expect(loss[i]).toBeCloseTo(r ** 2 / 2, 6);
    expect(slope[i]).toBeCloseTo(r, 5);
  });
});

test('is a line of slope delta far away', async () => {
  const { loss, slope } = await at([-1000, 1000], 2);
  expect(slope[0]).toBeCloseTo(-2, 4);
  expect(slope[1]).toBeCloseTo(2, 4);
  expect(loss[1]).toBeCloseTo(2 * 1000 - 4, 1);
  expect(loss[0]).toBe(loss[1]);
});

test('refuses a delta that is not above 0', () => {
  expect(() => robustLoss(tensor([1]), 0)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: robustLoss: delta = 0 is not above 0]`,
  );
});
