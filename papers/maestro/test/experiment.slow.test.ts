import { nodeDataSource } from '@working-papers/data/node';
import { nodeBackend } from '@working-papers/grad/node';
import { memoryArtefacts, runExperiment, type RunOutcome } from '@working-papers/paper-kit';
import { beforeAll, expect, test } from 'vitest';
import { experiment } from '../experiment.ts';
import { figures } from '../figures.ts';
import { rowsLike, valuesOf } from '../rows.ts';

// The quick preset itself on real MNIST.
let outcome: RunOutcome;
let cpuSeconds: number;
beforeAll(async () => {
  const { signal } = new AbortController();
  const options = {
    seed: 0,
    signal,
    backend: await nodeBackend(),
    data: nodeDataSource(),
    artefacts: memoryArtefacts(),
  };
  await options.data.images('mnist');
  const before = process.cpuUsage();
  for await (const event of runExperiment(experiment, 'quick', options)) {
    if (event.kind === 'done') outcome = event;
  }
  const { user, system } = process.cpuUsage(before);
  cpuSeconds = (user + system) / 1e6;
}, 600_000);

test('quick takes less than a minute of two cores', () => {
  expect(cpuSeconds).toBeLessThan(120);
});

test('every part of quick is measured and drawn', () => {
  expect(outcome.isComplete).toBe(true);
  const parts = ['E1', 'E2 low dimension', 'E2 digits', 'E3'];
  for (const part of parts) expect(rowsLike(outcome.rows, { part }).length).toBeGreaterThan(5);
  expect(figures(outcome.rows)).toHaveLength(8);
});

test('factors become the SVD and principal components, with sampled ranks alone (c1, c2)', () => {
  const { c1, c2 } = outcome.verdicts;
  expect([c1?.outcome, c2?.outcome]).toEqual(['holds', 'holds']);
});

test('learned factors of the digits point where the principal components do', () => {
  const angles = (method: string) =>
    valuesOf(rowsLike(outcome.rows, { part: 'E2 digits', method, k: 1 }), 'angle');
  expect(angles('LoD')[0]).toBeLessThan(5);
  expect(angles('no sampling')[0]).toBeGreaterThan(45);
});

test('trained networks read digits, and slices fall off with their size (c4)', () => {
  const models = rowsLike(outcome.rows, { part: 'E3', what: 'model' });
  const [dense] = valuesOf(rowsLike(models, { method: 'dense' }), 'accuracy');
  expect(dense).toBeGreaterThan(0.95);
  const slices = valuesOf(rowsLike(models, { method: 'Maestro', lambda: 0 }), 'accuracy');
  expect(slices[0]).toBeGreaterThan(0.9);
  expect(slices.slice(0, 3)).toEqual(slices.slice(0, 3).toSorted((a, b) => b - a));
});
