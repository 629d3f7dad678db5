import { nodeDataSource } from '@working-papers/data/node';
import { nodeBackend } from '@working-papers/grad/node';
import { runExperiment, type Row, type RunOutcome } from '@working-papers/paper-kit';
import { beforeAll, expect, test } from 'vitest';
import { experiment } from '../experiment.ts';
import { figures } from '../figures.ts';

// The quick preset itself on real MNIST.
let outcome: RunOutcome;
let cpuSeconds: number;
beforeAll(async () => {
  const { signal } = new AbortController();
  const options = { seed: 0, signal, backend: await nodeBackend(), data: nodeDataSource() };
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

const { recovery } = experiment.presets.quick;

const rowsOf = (method: string) => outcome.rows.filter((row) => row['method'] === method);

test('every part of quick is measured', () => {
  expect(outcome.isComplete).toBe(true);
  const cells = recovery.ds.length * recovery.Ns.length;
  for (const method of ['PCA', 'low-rank denoiser', 'linear denoiser']) {
    expect(rowsOf(method)).toHaveLength(cells);
  }
  const counts = ['A', 'B', 'C'].map(
    (part) => outcome.rows.filter((row) => row['part'] === part).length,
  );
  expect(counts).toEqual([3 * cells, 2, 3]);
  expect(figures(outcome.rows).length).toBeGreaterThanOrEqual(6);
});

test("PCA's mean distance is what chance leaves of the missing directions, and 0 from N = d on", () => {
  for (const row of rowsOf('PCA')) {
    const { n, d, N, distance, standardError } = numbersOf(row);
    if (N >= d) {
      expect(distance).toBeLessThan(1e-5);
    } else {
      const expected = Math.sqrt(2 * (d - N) * (1 - (d - N) / (n - N)));
      expect(Math.abs(distance - expected)).toBeLessThan(3 * standardError);
    }
  }
});

test('training finds what PCA finds (c1), from N = d on (c2)', () => {
  const { c1, c2 } = outcome.verdicts;
  expect(['holds', 'partly'], c1!.measured).toContain(c1!.outcome);
  expect(c1!.interval![1]).toBeLessThan(0.02);
  expect(c2).toMatchObject({ outcome: 'holds', value: 1, interval: [1, 1] });
});

test('few samples are copied, many are not (c3); networks agree on more images (c4)', () => {
  const [few, many] = outcome.rows.filter((row) => row['part'] === 'B');
  expect(few!['low']).toBeGreaterThan(Number(many!['high']));
  const [, fewImages, manyImages] = outcome.rows.filter((row) => row['part'] === 'C');
  expect(manyImages!['gainLow']).toBeGreaterThan(Number(fewImages!['gainHigh']));
});

function numbersOf(row: Row) {
  const [n, d, N, distance, standardError] = ['n', 'd', 'N', 'distance', 'standardError'].map(
    (key) => Number(row[key]),
  );
  return { n: n!, d: d!, N: N!, distance: distance!, standardError: standardError! };
}
