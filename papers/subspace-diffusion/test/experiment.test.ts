import {
  planRun,
  runCell,
  runExperiment,
  type Progress,
  type Row,
  type RunOutcome,
} from '@working-papers/paper-kit';
import { decodePixels } from '@working-papers/paper-kit/figures';
import { beforeAll, describe, expect, test } from 'vitest';
import { miniature, surroundings } from './miniature.ts';

/** The miniature as command line and page run it: rows and verdicts are checked on the way. */
async function outcomeOf(seed: number, signal = new AbortController().signal): Promise<RunOutcome> {
  for await (const event of runExperiment(miniature, 'quick', { ...surroundings, seed, signal })) {
    if (event.kind === 'done') return event;
  }
  throw new Error('the run ended without its last event');
}

let outcome: RunOutcome;
beforeAll(async () => {
  outcome = await outcomeOf(1);
}, 240_000); // A second for each decomposition where the machine is busy.

/** The rows that have all the values of `like`. */
const rowsLike = (like: Row) =>
  outcome.rows.filter((row) => Object.entries(like).every(([key, value]) => row[key] === value));

describe('a run', () => {
  test('measures every cell of every part', () => {
    const names = outcome.rows.map(({ part, K, method, dataset, n, d, N }) =>
      [part, K, method, dataset, n, d, N].filter((each) => each !== undefined).join(' '),
    );
    expect(names).toMatchInlineSnapshot(`
      [
        "A 1 PCA 8 2 1",
        "A 1 PCA 8 2 2",
        "A 1 PCA 8 2 3",
        "A 1 low-rank denoiser 8 2 1",
        "A 1 low-rank denoiser 8 2 2",
        "A 1 low-rank denoiser 8 2 3",
        "A 1 linear denoiser 8 2 1",
        "A 1 linear denoiser 8 2 2",
        "A 1 linear denoiser 8 2 3",
        "A 1 PCA 12 2 1",
        "A 1 PCA 12 2 2",
        "A 1 PCA 12 2 3",
        "A 1 low-rank denoiser 12 2 1",
        "A 1 low-rank denoiser 12 2 2",
        "A 1 low-rank denoiser 12 2 3",
        "A 2 K-subspaces 8 1 2",
        "A 2 K-subspaces 8 1 4",
        "A 2 low-rank denoiser, hard weights 8 1 2",
        "A 2 low-rank denoiser, hard weights 8 1 4",
        "A 2 low-rank denoiser, soft weights 8 1 2",
        "A 2 low-rank denoiser, soft weights 8 1 4",
        "B 8 2 4",
        "B 8 2 8",
        "C mnist",
        "C mnist 4",
        "C mnist 30",
        "D mixture 8 2",
        "D mixture 8 2",
        "D mixture 8 2",
        "D mnist 196",
        "D mnist 196",
        "D mnist 196",
        "D mnist",
      ]
    `);
    expect(outcome.isComplete).toBe(true);
  });

  test('has verdicts on all claims', () => {
    const outcomes = Object.entries(outcome.verdicts).map(([id, verdict]) => [id, verdict.outcome]);
    expect(outcomes.map(([id]) => id)).toEqual(['c1', 'c2', 'c3', 'c4', 'c5']);
    expect(outcomes.filter(([, each]) => each === 'not measured')).toEqual([]);
  });

  test('finds with PCA what N >= d samples determine', () => {
    const rows = rowsLike({ method: 'PCA', N: 3 });
    expect(rows).toHaveLength(2);
    for (const row of rows) {
      expect(row).toMatchObject({ seeds: 3, successRate: 1 });
      expect(row['largestDistance']).toBeLessThan(1e-5);
      // Of x the projector leaves 1 - c, and of the noise c^2 sigma^2: sigma^2 / (1 + sigma^2) together.
      expect(row['heldOutError']).toBeCloseTo(0.01 / 1.01, 8);
    }
    for (const row of rowsLike({ method: 'PCA', N: 1 })) {
      expect(row['distance']).toBeGreaterThan(0.5);
      expect(row['successRate']).toBe(0);
    }
  });

  test('compares training with PCA on the same data', () => {
    const rows = rowsLike({ method: 'low-rank denoiser' });
    for (const row of rows) {
      expect(row['seeds']).toBe(2);
      // PCA is exact from N = d = 2 on, so that both distances are one.
      const gap = Math.abs(Number(row['distance']) - Number(row['distanceToPca']));
      expect(gap < 1e-5).toBe(row['N'] !== 1);
    }
  });

  test('tells two lines apart', () => {
    const rows = rowsLike({ K: 2, N: 4 });
    expect(rows).toHaveLength(3);
    for (const row of rows) expect(row).toMatchObject({ accuracy: 1, successRate: 1, restarts: 2 });
  });

  test('counts what is copied as fractions inside their intervals', () => {
    const rows = outcome.rows.filter((row) => row['memorisedFraction'] !== undefined);
    expect(rows).toHaveLength(4);
    for (const row of rows) {
      expect(row['low']).toBeGreaterThanOrEqual(0);
      expect(row['low']).toBeLessThanOrEqual(Number(row['memorisedFraction']));
      expect(row['high']).toBeGreaterThanOrEqual(Number(row['memorisedFraction']));
      expect(row['high']).toBeLessThanOrEqual(1);
    }
  });

  test('takes each image once and gives two networks different ones', () => {
    const [images, few, half] = rowsLike({ part: 'C' });
    expect(images).toMatchObject({ dataset: 'mnist', images: 60 });
    expect(images!['intrinsicDimension']).toBeGreaterThan(10);
    expect([few!['N'], half!['N']]).toEqual([4, 30]);
    for (const row of [few!, half!]) {
      const nearest = ['nearestA', 'nearestB'].map((key) => picturesOf(String(row[key])));
      expect(nearest.map((sheet) => sheet.length)).toEqual([8, 8]);
      expect(nearest[0]!.filter((picture) => nearest[1]!.includes(picture))).toEqual([]);
      expect(new Set(nearest[0]).size).toBeGreaterThan(1);
    }
  });

  test('compares samples of the same noise with samples of other noise', () => {
    for (const row of rowsLike({ part: 'C' }).slice(1)) {
      // Networks that have hardly learned return the noise in both cases.
      expect(row['agreement']).toBeGreaterThan(0.5);
      expect(Math.abs(Number(row['otherNoise']))).toBeLessThan(0.3);
      const gain = Number(row['agreement']) - Number(row['otherNoise']);
      expect(row['agreementGain']).toBeCloseTo(gain, 10);
      expect(row['gainLow']).toBeLessThanOrEqual(gain);
      expect(row['gainHigh']).toBeGreaterThanOrEqual(gain);
    }
  });
});

test('a cell alone gives the rows of the run, and its progress rises from 0 to 1', async () => {
  const { cells } = planRun(miniature, 'quick', 1);
  const rows: Row[] = [];
  const reports: Progress[] = [];
  const options = { ...surroundings, signal: new AbortController().signal, progressIntervalMs: 0 };
  // From the last to the first: no cell needs what another left.
  for (const cell of cells.toReversed()) {
    const own: Progress[] = [];
    for await (const event of runCell(miniature, cell, options)) {
      if (event.kind === 'progress') own.push(event.progress);
      if (event.kind === 'measured') rows.unshift(...event.rows);
    }
    const fractions = own.map(({ fraction }) => fraction);
    expect(fractions).toEqual(fractions.toSorted((a, b) => a - b));
    expect(fractions.at(-1) ?? 1).toBe(1);
    reports.unshift(...own);
  }
  expect(rows).toEqual(outcome.rows);
  const withMetric = reports.filter(({ metric }) => metric !== undefined);
  expect(withMetric.length).toBeGreaterThan(0.8 * reports.length);
  for (const { step, steps, metric } of reports) {
    expect(step).toBeGreaterThanOrEqual(1);
    expect(step).toBeLessThanOrEqual(steps);
    if (!metric) continue;
    expect(['loss', 'rank']).toContain(metric.name);
    expect(metric.value).toBeGreaterThan(0);
  }
  expect([...new Set(reports.map(({ label }) => label))]).toMatchInlineSnapshot(`
    [
      "A: n = 8, d = 2",
      "A: n = 12, d = 2",
      "A: K = 2, d = 1",
      "B: d = 2, N/d = 2, seed 1",
      "B: d = 2, N/d = 4, seed 1",
      "C: mnist, N = 4, network 1 of 2",
      "C: mnist, N = 4, network 2 of 2",
      "C: mnist, N = 30, network 1 of 2",
      "C: mnist, N = 30, network 2 of 2",
      "D: mixture",
      "D: mixture, Jacobians",
      "D: mnist",
      "D: mnist, Jacobians",
      "D: mnist, editing",
    ]
  `);
});

test('every cell costs something, and the parts cost their shares', () => {
  const { cells } = planRun(miniature, 'quick', 1);
  const costs = ['A', 'B', 'C', 'D'].map((part) =>
    cells.filter((cell) => cell.part === part).reduce((sum, { cost }) => sum + cost, 0),
  );
  expect(costs).toEqual([0.4, 0.2, 0.3, 0.1].map((share): unknown => expect.closeTo(share, 12)));
});

test('a run gives other rows for another seed', async () => {
  const [cell] = planRun(miniature, 'quick', 2).cells;
  const options = { ...surroundings, signal: new AbortController().signal };
  for await (const event of runCell(miniature, cell!, options)) {
    if (event.kind !== 'row') continue;
    expect(event.row).toMatchObject({ part: 'A', method: 'PCA' });
    expect(event.row).not.toEqual(outcome.rows[0]);
    break;
  }
});

test('a run that is stopped keeps its rows and decides nothing', async () => {
  const controller = new AbortController();
  const options = { ...surroundings, seed: 1, signal: controller.signal, progressIntervalMs: 0 };
  let stopped: RunOutcome | undefined;
  for await (const event of runExperiment(miniature, 'quick', options)) {
    if (event.kind === 'progress' && event.progress.label.includes('n = 12')) controller.abort();
    if (event.kind === 'done') stopped = event;
  }
  expect(stopped?.isComplete).toBe(false);
  expect(stopped?.rows).toEqual(outcome.rows.slice(0, 12));
  const outcomes = Object.values(stopped?.verdicts ?? {}).map((verdict) => verdict.outcome);
  expect(outcomes).toEqual(Array(5).fill('not measured'));
});

/** The pictures of a sheet as text, so that they can be compared. */
function picturesOf(sheet: string): string[] {
  const size = 14 * 14;
  const bytes = decodePixels(sheet, 8 * size);
  return Array.from({ length: 8 }, (_, i) => bytes.subarray(i * size, (i + 1) * size).join());
}
