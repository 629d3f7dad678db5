import { expect, it } from 'vitest';
import { leaderboard } from '../leaderboard.ts';

it('compares the methods where there are as many samples as dimensions', () => {
  const row = { part: 'A', K: 1, n: 48, d: 2, seeds: 5, distance: 1, standardError: 0.1 };
  const standings = leaderboard([
    { ...row, N: 2, method: 'PCA' },
    { ...row, N: 3, method: 'PCA' },
    { ...row, N: 2, K: 2, method: 'K-subspaces' },
    { ...row, N: 2, method: 'linear denoiser', distance: 2 },
    { part: 'C', dataset: 'mnist' },
  ]);
  // t(0.95, 4) = 2.776
  const common = {
    benchmark: 'subspace of dimension 2 in 48 from 2 samples',
    metric: 'distance of subspaces',
    better: 'lower',
    runs: 5,
  };
  const around = (value: number): readonly unknown[] => [
    expect.closeTo(value - 0.2776, 4),
    expect.closeTo(value + 0.2776, 4),
  ];
  expect(standings).toEqual([
    { ...common, method: 'PCA', value: 1, interval: around(1) },
    { ...common, method: 'linear denoiser', value: 2, interval: around(2) },
  ]);
});
