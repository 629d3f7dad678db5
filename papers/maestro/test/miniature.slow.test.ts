import {
  planRun,
  runCell,
  runExperiment,
  type Progress,
  type Row,
  type RunOutcome,
} from '@working-papers/paper-kit';
import { renderFigure } from '@working-papers/paper-kit/figures';
import { parseHTML } from 'linkedom';
import { beforeAll, describe, expect, test } from 'vitest';
import { experiment } from '../experiment.ts';
import { rowsLike, valuesOf } from '../rows.ts';
import { miniature, surroundings } from './miniature.ts';

/** The miniature as command line and page run it: rows and verdicts are checked on the way. */
let outcome: RunOutcome;
beforeAll(async () => {
  const { signal } = new AbortController();
  for await (const event of runExperiment(miniature, 'quick', {
    ...surroundings,
    seed: 1,
    signal,
  })) {
    if (event.kind === 'done') outcome = event;
  }
}, 300_000);

const models = (like: Row) =>
  rowsLike(outcome.rows, { part: 'E3', what: 'model', seed: 2, ...like });

describe('a run', () => {
  test('measures every model of every recipe', () => {
    const names = models({}).map(({ method, size, slice }) => [method, size, slice].join(' '));
    expect(names).toEqual([
      'dense 1 1',
      'truncated SVD 0.5 0.5',
      'truncated SVD 0.1 0.1',
      'Maestro 0 1',
      'Maestro 0 0.5',
      'Maestro 0 0.1',
      'Maestro 0.03 1',
      'SVD, fine-tuned 0.5 1',
      'SVD, fine-tuned 0.1 1',
      'fixed rank 0.25 1',
      'narrower 0.5 1',
      'pruned MLP 0.25 1',
    ]);
    expect(outcome.isComplete).toBe(true);
  });

  test('compares slices of Maestro and of the SVD at the same ranks and MACs', () => {
    for (const slice of [0.5, 0.1]) {
      const [own] = models({ method: 'Maestro', lambda: 0, slice });
      const [twin] = models({ method: 'truncated SVD', slice });
      expect([own!['ranks'], own!['macs'], own!['parameters']]).toEqual([
        twin!['ranks'],
        twin!['macs'],
        twin!['parameters'],
      ]);
    }
    const macs = valuesOf(models({ method: 'truncated SVD' }), 'macs');
    expect(macs).toEqual(macs.toSorted((a, b) => b - a));
  });

  test('measures the latency of slices beside that of the dense network', () => {
    for (const row of models({ method: 'Maestro', lambda: 0 })) {
      expect(row['latencyMs']).toBeGreaterThan(0);
      expect(row['denseLatencyMs']).toBeGreaterThan(0);
    }
    expect(models({ method: 'Maestro', lambda: 0.03 })[0]).not.toHaveProperty('latencyMs');
  });

  test('counts a full network in factors as dense, and pruned weights as MACs', () => {
    const [dense] = models({ method: 'dense' });
    expect(dense).toMatchObject({ macs: 281_640, parameters: 44_426 });
    expect(models({ method: 'Maestro', lambda: 0, slice: 1 })[0]).toMatchObject({ macs: 281_640 });
    expect(models({ method: 'pruned MLP' })[0]).toMatchObject({ macs: 70_410 });
  });

  test('learns: bars are told apart by every trained model that is not tiny', () => {
    for (const method of ['dense', 'SVD, fine-tuned', 'pruned MLP', 'narrower']) {
      expect(models({ method })[0]!['accuracy'], method).toBeGreaterThan(0.5);
    }
    expect(models({ method: 'Maestro', lambda: 0, slice: 1 })[0]!['accuracy']).toBeGreaterThan(0.5);
  });

  test('cuts ranks with lasso alone, which the MACs of the next epochs show', () => {
    const macs = (lambda: number) =>
      valuesOf(rowsLike(outcome.rows, { what: 'epoch', seed: 2, lambda }), 'trainingMacs');
    expect(macs(0)).toEqual(Array(4).fill(340_316));
    const falling = macs(0.03);
    expect(falling[0]).toBe(340_316);
    expect(falling).toEqual(falling.toSorted((a, b) => b - a));
    expect(falling[3]).toBeLessThan(340_316);
  });

  test('traces the importance of every layer for one seed', () => {
    const traced = rowsLike(outcome.rows, { what: 'importance' });
    expect(new Set(traced.map((row) => row['seed']))).toEqual(new Set([2]));
    expect(traced.filter((row) => row['epoch'] === 1).map((row) => row['layer'])).toEqual([
      'conv1',
      'conv2',
      'fc1',
      'fc2',
      'fc3',
    ]);
  });

  test('decides c1 and leaves what needs the digits', () => {
    expect(outcome.verdicts['c1']?.value).toBeLessThan(0.05);
    expect(outcome.verdicts['c2']?.outcome).toBe('not measured');
    expect(outcome.verdicts['c3']?.interval).toBeDefined();
    expect(outcome.verdicts['c4']?.interval).toBeDefined();
  });

  test('has a picture of each kind, without a warning of the plotting library', () => {
    const { document } = parseHTML('<html></html>');
    const figures = experiment.figures(outcome.rows);
    expect(figures.map(({ name }) => name)).toEqual([
      'linear-map',
      'low-dimension',
      'accuracy-against-macs',
      'slices-mnist-lenet',
      'importance',
      'learned-ranks',
    ]);
    for (const figure of figures) {
      expect(renderFigure(figure, document).textContent, figure.name).not.toContain('\u26a0');
    }
  });
});

test('a cell gives the same rows again, and its progress rises to 1', async () => {
  const cells = planRun(miniature, 'quick', 1).cells;
  const cell = cells.find(({ label }) => label.includes('SVD, fine-tuned, seed 2'));
  const { signal } = new AbortController();
  const reports: Progress[] = [];
  const rows: Row[] = [];
  const options = { ...surroundings, signal, progressIntervalMs: 0 };
  for await (const event of runCell(miniature, cell!, options)) {
    if (event.kind === 'row') rows.push(event.row);
    if (event.kind === 'progress') reports.push(event.progress);
  }
  expect(rows).toEqual(models({ method: 'SVD, fine-tuned' }));
  const fractions = reports.map(({ fraction }) => fraction);
  expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
  expect(fractions.at(-1)).toBe(1);
});
