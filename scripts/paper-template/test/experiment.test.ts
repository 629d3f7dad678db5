import { runExperiment, type RunOutcome } from '@working-papers/paper-kit';
import { beforeAll, expect, test } from 'vitest';
import { experiment } from '../experiment.ts';
import { paper } from '../paper.ts';
import { surroundings } from './surroundings.ts';

/** The experiment in a second. */
const miniature = {
  ...experiment,
  presets: { quick: { points: 20, outlierFractions: [0, 0.25], repeats: 2, steps: 10 } },
};

async function outcomeOf(seed: number): Promise<RunOutcome> {
  for await (const event of runExperiment(miniature, 'quick', { ...surroundings, seed })) {
    if (event.kind === 'done') return event;
  }
  throw new Error('the run ended without its last event');
}

let outcome: RunOutcome;
beforeAll(async () => {
  outcome = await outcomeOf(1);
});

test('every method measures every line', () => {
  expect(outcome.isComplete).toBe(true);
  const names = outcome.rows.map(
    ({ method, outlierFraction, repeat }) =>
      `${String(method)} ${String(outlierFraction)} ${String(repeat)}`,
  );
  expect(names).toEqual(
    [0, 0.25].flatMap((share) =>
      [0, 1].flatMap((repeat) => [
        `robust loss ${share} ${repeat}`,
        `least squares ${share} ${repeat}`,
      ]),
    ),
  );
});

test('every claim has a rule', () => {
  expect(Object.keys(outcome.verdicts)).toEqual(Object.keys(paper.claims));
});

test('the same seed gives the same rows, another one others', async () => {
  expect((await outcomeOf(1)).rows).toEqual(outcome.rows);
  expect((await outcomeOf(2)).rows).not.toEqual(outcome.rows);
});
