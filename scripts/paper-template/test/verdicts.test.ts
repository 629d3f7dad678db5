import type { Row } from '@working-papers/paper-kit';
import { expect, test } from 'vitest';
import { exampleRule } from '../verdicts.ts';

/** Rows of three lines with outliers, and of one without, whose errors must not count. */
function rowsOf(robust: readonly number[], squares: readonly number[]): readonly Row[] {
  const rows = (method: string, errors: readonly number[]) => [
    { method, outlierFraction: 0, repeat: 0, slopeError: method === 'robust loss' ? 9 : 0 },
    ...errors.map((slopeError, repeat) => ({ method, outlierFraction: 0.1, repeat, slopeError })),
  ];
  return [...rows('robust loss', robust), ...rows('least squares', squares)];
}

test('holds if the robust loss is better beyond the spread of the lines', () => {
  const verdict = exampleRule(rowsOf([0.1, 0.12, 0.11], [0.5, 0.52, 0.54]));
  expect(verdict).toMatchObject({ outcome: 'holds', metric: 'mean gain in slope error' });
  expect(verdict.value).toBeCloseTo(0.41, 12);
});

test('fails if it is worse, and is partly so within the spread', () => {
  expect(exampleRule(rowsOf([0.5, 0.52, 0.54], [0.1, 0.12, 0.11])).outcome).toBe('fails');
  expect(exampleRule(rowsOf([0.1, 0.3, 0.2], [0.2, 0.2, 0.21])).outcome).toBe('partly');
});

test('is not measured without lines to compare', () => {
  expect(exampleRule([]).outcome).toBe('not measured');
  expect(exampleRule(rowsOf([0.1, 0.2], [0.1])).outcome).toBe('not measured');
});
