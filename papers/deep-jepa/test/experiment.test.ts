import { runExperiment, type RunOutcome } from '@working-papers/paper-kit';
import { beforeAll, describe, expect, test } from 'vitest';
import { figures } from '../figures.ts';
import { decodeLearned } from '../learnedFeatures.ts';
import { miniature, surroundings } from './miniature.ts';

// The miniature as command line and page run it: rows and verdicts are checked on the way.
let outcome: RunOutcome;
beforeAll(async () => {
  const { signal } = new AbortController();
  const events = runExperiment(miniature, 'quick', { ...surroundings, seed: 1, signal });
  for await (const event of events) if (event.kind === 'done') outcome = event;
});

const partOf = (part: string) => outcome.rows.filter((row) => row['part'] === part);

describe('a run', () => {
  test('measures every cell of every part', () => {
    expect(outcome.isComplete).toBe(true);
    expect(outcome.cells.map(({ label, rows }) => `${label}: ${rows}`)).toMatchInlineSnapshot(`
      [
        "E1: equations: 60",
        "E2: JEPA, L = 1: 9",
        "E2: MAE, L = 1: 9",
        "E2: JEPA, L = 1, batches of 64: 9",
        "E2: MAE, L = 1, batches of 64: 9",
        "E3: statistics of the patches: 65",
        "E3: equal lambda, JEPA, L = 1, noise 1: 1",
        "E3: equal lambda, JEPA, L = 1, noise 2: 1",
        "E3: equal lambda, MAE, L = 1, noise 1: 1",
        "E3: equal lambda, MAE, L = 1, noise 2: 1",
        "E3: equal lambda, JEPA, L = 2, noise 1: 1",
        "E3: equal lambda, JEPA, L = 2, noise 2: 1",
        "E3: equal lambda, MAE, L = 2, noise 1: 1",
        "E3: equal lambda, MAE, L = 2, noise 2: 1",
        "E3: trade-off, JEPA, L = 1, noise 1: 1",
        "E3: trade-off, JEPA, L = 1, noise 2: 1",
        "E3: trade-off, MAE, L = 1, noise 1: 1",
        "E3: trade-off, MAE, L = 1, noise 2: 1",
        "E3: trade-off, JEPA, L = 2, noise 1: 1",
        "E3: trade-off, JEPA, L = 2, noise 2: 1",
        "E3: trade-off, MAE, L = 2, noise 1: 1",
        "E3: trade-off, MAE, L = 2, noise 2: 1",
        "E3: equal rho, JEPA, L = 2, noise 1: 1",
        "E3: equal rho, MAE, L = 2, noise 1: 1",
        "E4: JEPA, amplitude 1, seed 1: 1",
        "E4: MAE, amplitude 1, seed 1: 1",
      ]
    `);
  });

  test('has a verdict on every claim', () => {
    expect(Object.keys(outcome.verdicts)).toEqual(['c1', 'c2', 'c3', 'c4', 'c5']);
    for (const { outcome: decided } of Object.values(outcome.verdicts)) {
      expect(['holds', 'partly', 'fails']).toContain(decided);
    }
  });

  test('keeps both objectives to the equations', () => {
    const rows = partOf('E2').filter((row) => row['gradient'] === 'expected');
    expect(rows).toHaveLength(2 * 3 * 3);
    for (const row of rows) {
      expect(row['largestError']).toBeLessThan(0.01);
      expect(Number(row['time']) / Number(row['equationTime'])).toBeCloseTo(1, 1);
    }
    const turned = rows.filter((row) => row['model'] === 'static, rotated');
    const straight = rows.filter((row) => row['model'] === 'static');
    turned.forEach((row, i) => expect(row['time']).toBeCloseTo(Number(straight[i]!['time']), 8));
  });

  test('learns every feature of the patches, in an order like that of the equations', () => {
    const rows = partOf('E3').filter((row) => row['kind'] === 'training');
    expect(rows).toHaveLength(18);
    for (const row of rows) {
      expect(row['unlearned']).toBe(0);
      expect(decodeLearned(String(row['learned']))).toHaveLength(Number(row['features']));
    }
    const equalRho = rows.filter((row) => row['setting'] === 'equal rho');
    for (const row of equalRho) expect(row['rankLambda']).toBeLessThan(-0.5);
  });

  test('describes 64 features with their filters', () => {
    const rows = partOf('E3').filter((row) => row['kind'] === 'feature');
    expect(rows).toHaveLength(64);
    const [statistics] = partOf('E3').filter((row) => row['kind'] === 'statistics');
    expect(statistics!['offDiagonal']).toBeLessThan(0.2);
    expect(statistics!['spectrumRange']).toBeGreaterThan(1);
  });

  test('probes both encoders beside the same noise', () => {
    const rows = partOf('E4');
    expect(rows.map((row) => row['method'])).toEqual(['JEPA', 'MAE']);
    for (const row of rows) {
      expect(row['probeAccuracy']).toBeGreaterThanOrEqual(0);
      expect(row['probeAccuracy']).toBeLessThanOrEqual(1);
      expect(row['embeddingSpread']).toBeGreaterThan(0);
      expect(row['embeddingSpread']).toBeLessThan(1);
    }
  });

  test('is drawn as seven pictures', () => {
    expect(figures(outcome.rows).map(({ name }) => name)).toEqual([
      'learning-curves',
      'critical-times',
      'order-inversion',
      'descent',
      'patch-times',
      'patch-filters',
      'distractors',
    ]);
  });

  test('that is stopped has no verdicts', async () => {
    const controller = new AbortController();
    const options = { ...surroundings, seed: 1, signal: controller.signal };
    for await (const event of runExperiment(miniature, 'quick', options)) {
      if (event.kind === 'cell') controller.abort(new Error('enough'));
      if (event.kind !== 'done') continue;
      expect(event.isComplete).toBe(false);
      expect(event.rows.length).toBeLessThan(outcome.rows.length);
      expect(event.verdicts['c1']!.outcome).toBe('not measured');
    }
  });
});
