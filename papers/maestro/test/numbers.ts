import { evaluate, normal, keyOf, type Tensor } from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import { expect } from 'vitest';
import type { Dense, LowRank } from '../method.ts';

/** What the tests run on: their graphs are small, so one thread. */
export const backend = await nodeBackend({ threads: 1 });

/** The numbers of a tensor, computed if it is a place in a graph. */
export async function numbersOf(value: Tensor): Promise<number[]> {
  return Array.from(await (await evaluate(value, { backend })).data(), Number);
}

/** Expects the same number of values, none further off than `tolerance`. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  expect(actual.length).toBe(expected.length);
  const tooFar = Array.from(expected, (value, i) => ({ i, value, actual: actual[i] })).filter(
    (entry) => !(Math.abs((entry.actual ?? NaN) - entry.value) <= tolerance),
  );
  expect(tooFar).toEqual([]);
}

/** A dense layer of normal numbers. */
export function denseLayer(seed: number, m: number, n: number): Dense {
  return { w: normal(keyOf(seed), [m, n]), b: normal(keyOf(seed + 1000), [m]) };
}

/** A layer in factors of normal numbers. */
export function lowRankLayer(seed: number, m: number, n: number, r: number): LowRank {
  return {
    u: normal(keyOf(seed), [m, r]),
    v: normal(keyOf(seed + 1), [n, r]),
    b: normal(keyOf(seed + 2), [m]),
  };
}
