import { expect } from 'vitest';

/** Expects the same number of values, none further off than `tolerance` times the largest expected. */
export function expectClose(
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance = 1e-12,
): void {
  expect(actual.length).toBe(expected.length);
  const scale = Array.from(expected).reduce((max, value) => Math.max(max, Math.abs(value)), 1);
  const tooFar = Array.from(expected, (value, i) => ({
    i,
    value,
    actual: actual[i] ?? NaN,
  })).filter((entry) => !(Math.abs(entry.actual - entry.value) <= tolerance * scale));
  expect(tooFar).toEqual([]);
}
