import { expect } from 'vitest';

/**
 * Fails unless every number differs from its expectation by at most `tolerance` times the larger of 1
 * and the expectation; infinities and NaN must be met exactly.
 *
 * @param what - Names the numbers in the message.
 */
export function expectClose(
  actual: ArrayLike<number | bigint>,
  expected: ArrayLike<number | bigint>,
  tolerance: number,
  what: string,
): void {
  expect(actual.length, `${what}: number of elements`).toBe(expected.length);
  for (let i = 0; i < expected.length; i++) {
    const got = Number(actual[i]);
    const wanted = Number(expected[i]);
    const isClose =
      Object.is(got, wanted) || Math.abs(got - wanted) <= tolerance * Math.max(1, Math.abs(wanted));
    if (!isClose) expect.fail(`${what}: element ${i} is ${got}, expected ${wanted} ± ${tolerance}`);
  }
}
