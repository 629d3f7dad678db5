import type { Row } from '@working-papers/paper-kit';
import { describe, expect, test } from 'vitest';
import { accuracyAt, curveOf, sliceGains } from '../curves.ts';
import { verdicts } from '../verdicts.ts';

const seeds = [0, 1, 2];

describe('c1', () => {
  const rows = (error: (seed: number) => number, control = 0.5): Row[] =>
    seeds.flatMap((seed) => [
      {
        part: 'E1',
        method: 'LoD',
        seed,
        importances: '1',
        error1: 1e-6,
        error2: error(seed),
        error3: 1e-5,
      },
      { part: 'E1', method: 'LoD', seed, error1: 1, error2: 1, error3: 1 },
      {
        part: 'E1',
        method: 'no sampling',
        seed,
        importances: '1',
        error1: control + seed / 100,
        error2: 1,
        error3: 1,
      },
    ]);

  test('holds if the worst of the last errors is small and sampling is what makes it so', () => {
    expect(verdicts.c1(rows((seed) => 1e-5 * (1 + seed)))).toMatchObject({ outcome: 'holds' });
    expect(verdicts.c1(rows((seed) => 1e-5 * (1 + seed))).value).toBeCloseTo(2e-5, 12);
  });

  test('is partly supported if one seed fails, or training without sampling finds the SVD too', () => {
    expect(verdicts.c1(rows((seed) => (seed === 1 ? 0.1 : 1e-5))).outcome).toBe('partly');
    expect(verdicts.c1(rows(() => 1e-5, 0.01)).outcome).toBe('partly');
  });

  test('fails if neither is so, and needs two seeds', () => {
    expect(verdicts.c1(rows(() => 0.3, 0)).outcome).toBe('fails');
    expect(verdicts.c1(rows(() => 1e-5).slice(0, 3)).outcome).toBe('not measured');
  });
});

describe('c2', () => {
  const rows = ({ ratio = 0.999, control = 0.4, found = 3 }): Row[] => [
    ...seeds.flatMap((seed) =>
      [1, 8, 16].flatMap((k) => [
        { part: 'E2 digits', method: 'LoD', seed, k, ratio: k === 16 ? 0.5 : ratio + seed * 1e-4 },
        { part: 'E2 digits', method: 'no sampling', seed, k, ratio: control },
      ]),
    ),
    ...seeds.map((seed) => ({
      part: 'E2 low dimension',
      method: 'LoD',
      seed,
      foundRank: found,
      trueRank: 3,
    })),
  ];

  test('holds if PCA is matched up to k = 8 and the rank is found, whatever k = 16 gives', () => {
    expect(verdicts.c2(rows({}))).toMatchObject({ outcome: 'holds' });
    expect(verdicts.c2(rows({})).value).toBeCloseTo(0.9991, 10);
  });

  test('is partly supported if one of its parts is missing', () => {
    expect(verdicts.c2(rows({ ratio: 0.98 })).outcome).toBe('partly');
    expect(verdicts.c2(rows({ control: 0.995 })).outcome).toBe('partly');
    expect(verdicts.c2(rows({ found: 4 })).outcome).toBe('partly');
  });

  test('has no interval with one seed and is not measured without digits', () => {
    const one = rows({}).filter((row) => row['seed'] === 0);
    expect(verdicts.c2(one).interval).toBeUndefined();
    expect(verdicts.c2(one).outcome).toBe('holds');
    expect(verdicts.c2(rows({}).filter((row) => row['k'] === undefined)).outcome).toBe(
      'not measured',
    );
  });
});

/** Models of MNIST: dense 0.98 at 256k, Maestro on its own curve, each baseline some points below. */
function models(below: Readonly<Record<string, number>>): Row[] {
  const model = (
    method: string,
    seed: number,
    [macs, accuracy]: readonly [number, number],
  ): Row => ({
    part: 'E3',
    what: 'model',
    dataset: 'mnist',
    model: 'LeNet',
    method,
    seed,
    macs,
    accuracy,
    slice: 1,
  });
  return seeds.flatMap((seed) => [
    model('dense', seed, [256_000, 0.98]),
    { ...model('Maestro', seed, [256_000, 0.1]), lambda: 0 },
    { ...model('Maestro', seed, [64_000, 0.96 + seed / 1000]), lambda: 1e-3 },
    { ...model('Maestro', seed, [128_000, 0.97]), lambda: 1e-4 },
    ...Object.entries(below).flatMap(([method, points]) => [
      model(method, seed, [64_000, 0.96 - points]),
      model(method, seed, [128_000, 0.97 - points]),
    ]),
  ]);
}

describe('c3', () => {
  const all = {
    'truncated SVD': 0.3,
    'SVD, fine-tuned': 0.02,
    'fixed rank': 0.02,
    'pruned MLP': 0.02,
    narrower: 0.02,
  };

  test('holds if every baseline is less accurate at the same MACs, models without lasso left out', () => {
    const verdict = verdicts.c3(models(all));
    expect(verdict.outcome).toBe('holds');
    // On average over two models and three seeds: 2 points, and half of the mean of 0, 1 and 2 thousandths.
    expect(verdict.value).toBeCloseTo(2.05, 10);
  });

  test('is partly supported if one baseline is as good, and fails if all are better', () => {
    const verdict = verdicts.c3(models({ ...all, narrower: 0 }));
    expect(verdict.outcome).toBe('partly');
    expect(verdict.metric).toContain('narrower');
    const better = Object.fromEntries(Object.keys(all).map((method) => [method, -0.01]));
    expect(verdicts.c3(models(better)).outcome).toBe('fails');
  });

  test('needs every baseline', () => {
    expect(verdicts.c3(models({ narrower: 0.02 })).outcome).toBe('not measured');
  });
});

describe('c4', () => {
  const rows = (gain: number, { latencyMs = 1, dataset = 'mnist' } = {}): Row[] =>
    seeds.flatMap((seed) =>
      [1, 0.5, 0.1].flatMap((slice): Row[] => [
        {
          part: 'E3',
          what: 'model',
          dataset,
          model: 'LeNet',
          method: 'truncated SVD',
          seed,
          slice,
          accuracy: 0.5,
        },
        {
          part: 'E3',
          what: 'model',
          dataset,
          model: 'LeNet',
          method: 'Maestro',
          lambda: 0,
          seed,
          slice,
          accuracy: slice === 1 ? 0 : 0.5 + gain + seed / 1000,
          latencyMs,
          denseLatencyMs: 2,
        },
      ]),
    );

  test('holds if slices are better than truncated SVD and faster than the dense network', () => {
    const verdict = verdicts.c4(rows(0.2));
    expect(verdict.outcome).toBe('holds');
    expect(verdict.value).toBeCloseTo(20.1, 10);
    expect(verdict.measured).toMatchInlineSnapshot(
      `"mnist, LeNet: 20.1 points above truncated SVD, the 10 % slice 2.00 times as fast as dense"`,
    );
  });

  test('is partly supported if slices are not faster, or not better on one data set', () => {
    expect(verdicts.c4(rows(0.2, { latencyMs: 3 })).outcome).toBe('partly');
    const both = [...rows(0.2), ...rows(-0.1, { dataset: 'fashion-mnist' })];
    expect(verdicts.c4(both)).toMatchObject({ outcome: 'partly' });
    expect(verdicts.c4(both).metric).toContain('fashion-mnist');
  });

  test('fails if they are neither', () => {
    expect(verdicts.c4(rows(-0.1, { latencyMs: 3 })).outcome).toBe('fails');
    expect(verdicts.c4([]).outcome).toBe('not measured');
  });
});

test('a curve is straight in log MACs between its models and level outside', () => {
  const curve = curveOf([
    { macs: 400, accuracy: 0.8 },
    { macs: 100, accuracy: 0.4 },
  ]);
  expect([50, 100, 200, 400, 800].map((macs) => accuracyAt(curve, macs))).toEqual(
    [0.4, 0.4, 0.6, 0.8, 0.8].map((value): unknown => expect.closeTo(value, 12)),
  );
});

test('slices without a twin of the truncated SVD do not count', () => {
  const row: Row = {
    part: 'E3',
    what: 'model',
    dataset: 'mnist',
    model: 'LeNet',
    method: 'Maestro',
    lambda: 0,
    seed: 0,
    slice: 0.5,
    accuracy: 1,
  };
  expect(sliceGains([row], 'Maestro')).toEqual([]);
});
