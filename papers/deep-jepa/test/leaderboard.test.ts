import { expect, it } from 'vitest';
import { leaderboard } from '../leaderboard.ts';

it('has a benchmark for each amplitude, with the mean over seeds', () => {
  const row = (method: string, amplitude: number, probeAccuracy: number) => {
    return { part: 'E4', method, amplitude, probeAccuracy };
  };
  const standings = leaderboard([
    row('JEPA', 0, 0.8),
    row('JEPA', 1, 0.7),
    row('JEPA', 1, 0.6),
    row('MAE', 1, 0.5),
    { part: 'E2', method: 'JEPA', amplitude: 1, probeAccuracy: 0 },
  ]);
  const inShort = standings.map(({ benchmark, method, value }) => {
    return [/amplitude (\d)/.exec(benchmark)?.[1], method, Number(value.toFixed(3))];
  });
  expect(inShort).toEqual([
    ['0', 'JEPA', 0.8],
    ['1', 'JEPA', 0.65],
    ['1', 'MAE', 0.5],
  ]);
});
