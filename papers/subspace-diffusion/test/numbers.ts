import { evaluate, normals, tensor, type Key, type Tensor } from '@working-papers/grad';
import { nodeBackend } from '@working-papers/grad/node';
import { matrix, orthonormalBasis, type Matrix } from '@working-papers/metrics';
import { expect } from 'vitest';

/** What the tests run on: their graphs are small, so one thread. */
export const backend = await nodeBackend({ threads: 1 });

/** Two-sided false-alarm rate of 1e-6 for a normal statistic. */
export const Z = 4.892;

/** The numbers of a tensor, computed if it is a place in a graph. */
export async function numbersOf(value: Tensor): Promise<number[]> {
  return Array.from(await (await evaluate(value, { backend })).data(), Number);
}

/** A matrix as a tensor in float64. */
export function tensorOf({ data, rows, cols }: Matrix): Tensor {
  return tensor(data, { shape: [rows, cols] });
}

/** Standard normal entries. */
export function normalMatrix(key: Key, rows: number, cols: number): Matrix {
  return matrix(rows, cols, normals(key, rows * cols));
}

/** A random orthogonal matrix, [d, d]. */
export function rotation(key: Key, d: number): Matrix {
  return orthonormalBasis(normalMatrix(key, d, d));
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
