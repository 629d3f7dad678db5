import { expect, it } from 'vitest';
import { meanStandings, type Row } from '../src/index.ts';

const rows: readonly Row[] = [
  { method: 'A', error: 1, macs: 10 },
  { method: 'B', error: 5 },
  { method: 'A', error: 3, macs: 10 },
  { method: 'A', error: null },
];
const benchmark = 'counting';
const error = { key: 'error', metric: 'test error', better: 'lower' } as const;

it('gives every method its mean over runs, with Student’s interval where there are two', () => {
  const [a, b, ...more] = meanStandings(rows, { benchmark, metrics: [error] });
  // t(0.95, 1) = 12.706 and s / sqrt(n) = 1.
  expect(a).toEqual({
    benchmark,
    method: 'A',
    metric: 'test error',
    better: 'lower',
    value: 2,
    interval: [expect.closeTo(2 - 12.706, 3), expect.closeTo(2 + 12.706, 3)],
    runs: 2,
  });
  const { metric, better } = error;
  expect(b).toEqual({ benchmark, method: 'B', metric, better, value: 5, runs: 1 });
  expect(more).toEqual([]);
});

it('leaves out what a method was not measured by, and names methods as it is told', () => {
  const macs = { key: 'macs', metric: 'MACs', better: 'lower' } as const;
  const standings = meanStandings(rows, {
    benchmark,
    metrics: [error, macs],
    methodOf: ({ method }) => `${String(method)}, size 1`,
  });
  expect(standings.map(({ method, metric }) => [method, metric])).toEqual([
    ['A, size 1', 'test error'],
    ['A, size 1', 'MACs'],
    ['B, size 1', 'test error'],
  ]);
});
