import type { Tensor } from '@working-papers/grad';

/**
 * The largest |actual - expected| / max(|expected|, floor) over all elements.
 *
 * @param expected - As many numbers as `actual` has.
 * @param floor - Magnitude below which the error counts as absolute.
 */
export async function largestError(
  actual: Tensor,
  expected: readonly number[],
  floor: number,
): Promise<number> {
  const values = Array.from(await actual.data(), Number);
  if (values.length !== expected.length) return Infinity;
  const errors = expected.map((value, i) => {
    const error = Math.abs((values[i] ?? NaN) - value) / Math.max(Math.abs(value), floor);
    return Number.isNaN(error) ? Infinity : error;
  });
  return Math.max(...errors);
}
