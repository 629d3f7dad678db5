import { foldIn, keyOf } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import {
  fixedRatioSampler,
  independentSampler,
  rankAt,
  rankMasks,
  singleLayerSampler,
} from '../sampling.ts';
import { numbersOf } from './numbers.ts';

const ranks = { conv: 3, fc: 4, head: 1 };
const pairs = ['conv 1', 'conv 2', 'conv 3', 'fc 1', 'fc 2', 'fc 3', 'fc 4', 'head 1'];

const sweep = (sampler: ReturnType<typeof singleLayerSampler>, from: number) =>
  Array.from({ length: pairs.length }, (_, i) => {
    const entries = Object.entries(sampler(from + i));
    expect(entries).toHaveLength(1);
    return entries.map(([name, b]) => `${name} ${b}`).join();
  });

describe('the single-layer sampler', () => {
  test('truncates one layer at a step, and has every pair once in a sweep', () => {
    const sampler = singleLayerSampler(ranks, keyOf(1));
    for (const from of [0, 8, 800]) expect(sweep(sampler, from).toSorted()).toEqual(pairs);
  });

  test('takes the pairs in another order in the next sweep and with another key', () => {
    const sampler = singleLayerSampler(ranks, keyOf(1));
    const orders = [
      sweep(sampler, 0),
      sweep(sampler, 8),
      sweep(singleLayerSampler(ranks, keyOf(2)), 0),
    ];
    expect(new Set(orders.map((order) => order.join())).size).toBe(3);
  });

  test('draws for a step the same whatever was asked before', () => {
    const [forward, backward] = [1, 2].map(() => singleLayerSampler(ranks, keyOf(3)));
    const steps = Array.from({ length: 30 }, (_, i) => i);
    const drawn = steps.map(forward!);
    expect(steps.toReversed().map(backward!).toReversed()).toEqual(drawn);
  });
});

test('the independent sampler draws every rank of every layer equally often', () => {
  const sampler = independentSampler({ a: 2, b: 5 }, foldIn(keyOf(4), 'test'));
  const drawn = Array.from({ length: 20_000 }, (_, i) => sampler(i));
  const count = (name: string, b: number) =>
    drawn.filter((each) => each[name] === b).length / 20_000;
  // Five standard deviations of a share of 20,000: a false alarm in a million.
  for (const b of [1, 2]) expect(Math.abs(count('a', b) - 0.5)).toBeLessThan(5 * 0.0036);
  for (const b of [1, 2, 3, 4, 5]) expect(Math.abs(count('b', b) - 0.2)).toBeLessThan(5 * 0.0029);
  const both = drawn.filter((each) => each['a'] === 1 && each['b'] === 1).length / 20_000;
  expect(Math.abs(both - 0.1)).toBeLessThan(5 * 0.0022);
});

test('the fixed-ratio sampler keeps a share of every layer, rounded up', () => {
  const sampler = fixedRatioSampler({ a: 10, b: 3, c: 1 }, 0.25);
  expect(sampler(0)).toEqual({ a: 3, b: 1, c: 1 });
  expect(sampler(7)).toEqual(sampler(0));
});

test('a share that is a whole rank is not rounded to the next', () => {
  expect(rankAt(10, 0.1)).toBe(1);
  expect(rankAt(100, 0.07)).toBe(7);
  expect(rankAt(10, 0.11)).toBe(2);
});

test('masks are all ones but for the layers that are truncated', async () => {
  const masks = rankMasks(ranks, { fc: 2 });
  const numbers = await Promise.all(Object.values(masks).map(numbersOf));
  expect(numbers).toEqual([[1, 1, 1], [1, 1, 0, 0], [1]]);
});

test('a network without factors and a share that is none are refused', () => {
  expect(() => singleLayerSampler({}, keyOf(0))).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: singleLayerSampler: the network has no low-rank layers; call decomposeNetwork first]`,
  );
  expect(() => independentSampler({}, keyOf(0))).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: independentSampler: the network has no low-rank layers; call decomposeNetwork first]`,
  );
  expect(() => fixedRatioSampler({}, 0.5)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: fixedRatioSampler: the network has no low-rank layers; call decomposeNetwork first]`,
  );
  expect(() => fixedRatioSampler(ranks, 0)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: rankAt: ratio = 0 is not more than 0 and at most 1]`,
  );
});
