import { keyOf } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import { linearLayer, torchUniform, xavierUniform } from '../src/index.ts';

// Two-sided false-alarm rate of 1e-6 for a normal statistic.
const Z = 4.892;

/**
 * Bounds of moments of `count` numbers uniform in ±bound: the mean has deviation bound / sqrt(3 count),
 * the mean square, which is bound^2 / 3, has bound^2 sqrt(4 / (45 count)).
 */
function expectUniform(values: Float32Array, bound: number): void {
  const count = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / count;
  const meanSquare = values.reduce((sum, x) => sum + x * x, 0) / count;
  expect(Math.abs(mean)).toBeLessThan((Z * bound) / Math.sqrt(3 * count));
  expect(Math.abs(meanSquare - bound ** 2 / 3)).toBeLessThan(
    Z * bound ** 2 * Math.sqrt(4 / (45 * count)),
  );
  // No number outside, and with probability 1 - 1e-6 one in the outermost -ln(1e-6) / count of each half.
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  const smallest = values.reduce((a, b) => Math.min(a, b), 0);
  const margin = (bound * 2 * Math.log(1e6)) / count;
  expect(largest).toBeLessThanOrEqual(bound);
  expect(smallest).toBeGreaterThanOrEqual(-bound);
  expect(largest).toBeGreaterThan(bound - margin);
  expect(smallest).toBeLessThan(-bound + margin);
}

async function floats(values: { data: () => Promise<unknown> }): Promise<Float32Array> {
  const data = await values.data();
  if (!(data instanceof Float32Array)) throw new Error('not float32');
  return data;
}

// 20,000 numbers: a bound that is 3 % off moves the mean square by 6 %, twice the threshold.
describe('torchUniform', () => {
  test('is uniform in ±1/sqrt(fanIn), whatever the shape', async () => {
    const w = torchUniform(keyOf(11), [50, 400], 50);
    expect(w.shape).toEqual([50, 400]);
    expectUniform(await floats(w), 1 / Math.sqrt(50));
    const b = torchUniform(keyOf(12), [20_000], 9);
    expectUniform(await floats(b), 1 / 3);
  });
});

describe('xavierUniform', () => {
  test('is uniform in ±sqrt(6 / (fanIn + fanOut))', async () => {
    const w = xavierUniform(keyOf(13), [40, 500]);
    expect(w.shape).toEqual([40, 500]);
    expectUniform(await floats(w), Math.sqrt(6 / 540));
  });
});

describe('linearLayer', () => {
  test('starts with weight and bias in ±1/sqrt(dIn)', async () => {
    const { w, b } = linearLayer.init(keyOf(14), 16, 20_000);
    expectUniform((await floats(w)).slice(0, 20_000), 0.25);
    expectUniform(await floats(b), 0.25);
  });

  test('draws weight and bias independently', async () => {
    // With one input they have the same length; the correlation of 20,000 pairs has deviation 1/sqrt(20,000).
    const { w, b } = linearLayer.init(keyOf(15), 1, 20_000);
    const [ws, bs] = [await floats(w), await floats(b)];
    const product = ws.reduce((sum, x, i) => sum + x * (bs[i] ?? 0), 0) / ws.length;
    expect(Math.abs(product * 3)).toBeLessThan(Z / Math.sqrt(ws.length));
  });
});
