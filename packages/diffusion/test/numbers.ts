import type { Tensor } from '@working-papers/grad';

/** The values of a concrete tensor. */
export async function numbers(value: Tensor): Promise<readonly number[]> {
  return Array.from(await value.data(), Number);
}

/** Mean and variance (of the sample, not an estimate). */
export function moments(values: readonly number[]): { mean: number; variance: number } {
  const mean = values.reduce((sum, x) => sum + x, 0) / values.length;
  const variance = values.reduce((sum, x) => sum + (x - mean) ** 2, 0) / values.length;
  return { mean, variance };
}

/** The largest |a - b| of two lists of the same length. */
export function largestDifference(a: readonly number[], b: readonly number[]): number {
  if (a.length !== b.length) return Infinity;
  return Math.max(...a.map((value, i) => Math.abs(value - (b[i] ?? NaN))));
}

/** Two-sided false-alarm rate of 1e-6 for a normal statistic. */
export const Z = 4.892;
