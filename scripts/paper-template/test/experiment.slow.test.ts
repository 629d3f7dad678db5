import { runExperiment, type RunOutcome } from '@working-papers/paper-kit';
import { beforeAll, expect, test } from 'vitest';
import { experiment } from '../experiment.ts';
import { exampleRule } from '../verdicts.ts';
import { surroundings } from './surroundings.ts';

// The quick preset itself; CI runs it in its turn.
let outcome: RunOutcome;
let cpuSeconds: number;
beforeAll(async () => {
  const before = process.cpuUsage();
  for await (const event of runExperiment(experiment, 'quick', { ...surroundings, seed: 0 })) {
    if (event.kind === 'done') outcome = event;
  }
  const { user, system } = process.cpuUsage(before);
  cpuSeconds = (user + system) / 1e6;
}, 600_000);

test('quick takes less than a minute of two cores', () => {
  expect(outcome.isComplete).toBe(true);
  expect(cpuSeconds).toBeLessThan(120);
});

test('the robust loss finds the slope where some points are wrong', () => {
  expect(exampleRule(outcome.rows)).toMatchObject({ outcome: 'holds' });
});

test('without wrong points both find it', () => {
  const errors = outcome.rows
    .filter((row) => row['outlierFraction'] === 0)
    .map((row) => Number(row['slopeError']));
  expect(errors).toHaveLength(10);
  expect(Math.max(...errors)).toBeLessThan(0.1);
});
