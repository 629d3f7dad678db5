import { evaluate, type Tensor } from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import { expect } from 'vitest';
import type { LinearPairModel } from '../pairModel.ts';

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

/** Four features whose covariance rises as their rho falls. */
export const fourFeatures: LinearPairModel = {
  lambda: Float64Array.of(0.7, 0.9, 1.1, 1.3),
  rho: Float64Array.of(1, 0.85, 0.7, 0.55),
};
