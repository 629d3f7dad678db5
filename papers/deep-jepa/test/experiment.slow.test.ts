import { nodeBackend } from '@working-papers/grad/node';
import { runExperiment, type Row, type RunOutcome } from '@working-papers/paper-kit';
import { beforeAll, expect, test } from 'vitest';
import { experiment } from '../experiment.ts';
import { figures } from '../figures.ts';
import { miniature, surroundings } from './miniature.ts';

// The quick preset itself; it loads no data.
let outcome: RunOutcome;
let cpuSeconds: number;
beforeAll(async () => {
  const { signal } = new AbortController();
  const none = () => Promise.reject(new Error('quick needs no data'));
  const data = { images: none, text: none, wordVectors: none };
  const options = { ...surroundings, seed: 0, signal, backend: await nodeBackend(), data };
  const before = process.cpuUsage();
  for await (const event of runExperiment(experiment, 'quick', options)) {
    if (event.kind === 'done') outcome = event;
  }
  const { user, system } = process.cpuUsage(before);
  cpuSeconds = (user + system) / 1e6;
}, 600_000);

test('quick takes less than 20 seconds of two cores', () => {
  expect(cpuSeconds).toBeLessThan(40);
});

test('the equations and gradient descent are measured, and drawn', () => {
  expect(outcome.isComplete).toBe(true);
  const parts = new Set(outcome.rows.map((row) => row['part']));
  expect(parts).toEqual(new Set(['E1', 'E2']));
  // Three models with ten features each, for both objectives, at three depths and with batches.
  expect(outcome.rows.filter((row) => row['part'] === 'E2')).toHaveLength(3 * 10 * 2 * 4);
  expect(figures(outcome.rows)).toHaveLength(4);
});

test('JEPA learns by rho and the autoencoder does not, in reverse even (c1)', () => {
  expect(outcome.verdicts['c1']!.outcome).toBe('partly');
  expect(outcome.verdicts['c1']!.value).toBeLessThan(-0.9);
});

test('both learn by lambda (c2), orders turn round with depth (c3), which JEPA needs (c4)', () => {
  for (const claim of ['c2', 'c3', 'c4']) {
    expect(outcome.verdicts[claim], claim).toMatchObject({ outcome: 'holds' });
  }
});

test('descent on the matrices stays within 1 % of the equations (c5)', () => {
  expect(outcome.verdicts['c5']).toMatchObject({ outcome: 'holds' });
  expect(outcome.verdicts['c5']!.value).toBeLessThan(0.01);
});

test('a run repeats itself for the same seed only', async () => {
  const rowsOf = async (seed: number) => {
    const { signal } = new AbortController();
    const rows: Row[] = [];
    for await (const event of runExperiment(miniature, 'quick', {
      ...surroundings,
      seed,
      signal,
    })) {
      if (event.kind === 'row') rows.push(event.row);
    }
    return rows;
  };
  const [first, again, other] = [await rowsOf(1), await rowsOf(1), await rowsOf(2)];
  expect(again).toEqual(first);
  const partOf = (rows: readonly Row[], part: string) => rows.filter((row) => row['part'] === part);
  expect(partOf(other, 'E1')).toEqual(partOf(first, 'E1'));
  for (const part of ['E2', 'E3', 'E4']) {
    expect(partOf(other, part)).not.toEqual(partOf(first, part));
  }
});
