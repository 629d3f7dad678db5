import { mean, meanInterval } from '@working-papers/metrics';
import { judge, type Row, type Verdict } from '@working-papers/paper-kit';
import { describe, expect, test } from 'vitest';
import { experiment } from '../experiment.ts';
import { crossing, firstSuccess, verdicts } from '../verdicts.ts';
import {
  clusteringRows,
  imageRow,
  recoveryRow,
  recoveryRows,
  transitionRows,
  editingRow,
  rankRow,
} from './madeUpRows.ts';

const recovery = recoveryRows([2, 4], [2, 3, 4, 5, 6]);
const trained = 'low-rank denoiser';

/** The rows with some figures of those that `where` picks replaced. */
function changed(rows: readonly Row[], where: (row: Row) => boolean, change: Row): Row[] {
  return rows.map((row) => (where(row) ? { ...row, ...change } : row));
}

const isAbove = (row: Row) => row['method'] === trained && Number(row['N']) > Number(row['d']);
const isAtD = (row: Row) => row['method'] === trained && row['N'] === row['d'];
const isBelow = (row: Row) => row['method'] === trained && Number(row['N']) < Number(row['d']);

test('without rows nothing is measured, and every verdict is well-formed', () => {
  const outcomes = Object.values(judge(experiment, [], true)).map(({ outcome }) => outcome);
  expect(outcomes).toEqual(Array(5).fill('not measured'));
});

test('verdicts on a full set of rows are well-formed, with a figure and its interval', () => {
  const rows = [
    ...recovery,
    ...transitionRows({ ds: [3], seeds: [0] }, ({ ratio }) => Math.log2(ratio) - 3),
    imageRow('mnist', 64, { memorised: 0.95, gain: 0.05 }),
    imageRow('mnist', 8192, { memorised: 0.05, gain: 0.6 }),
  ];
  const { c1, c2, c3, c4, c5 } = judge(experiment, rows, true);
  for (const verdict of [c1, c2, c3, c4]) {
    expect(verdict?.interval).toHaveLength(2);
    expect(verdict!.interval![0]).toBeLessThanOrEqual(verdict!.value!);
    expect(verdict!.interval![1]).toBeGreaterThanOrEqual(verdict!.value!);
  }
  expect(c5?.outcome).toBe('not measured');
});

describe('c1, the same problem', () => {
  const judged = (rows: readonly Row[]) => verdicts.c1(rows);

  test('holds if training finds what PCA finds', () => {
    const verdict = judged(
      changed(recovery, (row) => isAbove(row) && row['N'] === 6, { distanceToPca: 0.003 }),
    );
    const distances = [0.001, 0.001, 0.001, 0.003, 0.001, 0.003];
    expect(verdict.outcome).toBe('holds');
    expect(verdict.value).toBeCloseTo(mean(distances), 12);
    expect(verdict.interval![0]).toBeCloseTo(meanInterval(distances)[0], 12);
    expect(verdict.measured).toMatchInlineSnapshot(
      `"distance to PCA 0.002 for N > d, largest median at N = d 0.002, largest gap for N < d 0.0 %; K = 2 not in this preset"`,
    );
  });

  test.each([
    ['the distance for N > d', isAbove, { distanceToPca: 0.03 }],
    ['the median at N = d', isAtD, { medianDistanceToPca: 0.03 }],
    ['the error for N < d', isBelow, { distance: 1 }],
  ])('is met in part if %s is too large', (_, where, change) => {
    expect(judged(changed(recovery, where, change)).outcome).toBe('partly');
  });

  test('decides by the interval, not by the mean', () => {
    const spread = changed(recovery, (row) => isAbove(row) && row['N'] === 6, {
      distanceToPca: 0.05,
    });
    const verdict = judged(spread);
    expect(verdict.value).toBeLessThan(0.02);
    expect(verdict.outcome).toBe('partly');
  });

  test('compares the first N of success of K-subspaces and of both trainings', () => {
    const withThresholds = (classical: number, hard: number, soft: number) =>
      judged([
        ...recovery,
        ...clusteringRows({
          'K-subspaces': classical,
          'low-rank denoiser, hard weights': hard,
          'low-rank denoiser, soft weights': soft,
        }),
      ]);
    expect(withThresholds(4, 4, 5).outcome).toBe('holds');
    expect(withThresholds(4, 4, 5).measured).toContain(
      'from N = 4 (K-subspaces) and 4, 5 (trained)',
    );
    expect(withThresholds(4, 4, 6).outcome).toBe('partly');
    expect(withThresholds(6, 4, 6).outcome).toBe('partly');
  });

  test('fails if nothing agrees', () => {
    const rows = [
      ...changed(recovery, (row) => row['method'] === trained, {
        distanceToPca: 0.5,
        medianDistanceToPca: 0.5,
        distance: 3,
      }),
      ...clusteringRows({
        'K-subspaces': 4,
        'low-rank denoiser, hard weights': 8,
        'low-rank denoiser, soft weights': 8,
      }),
    ];
    expect(judged(rows).outcome).toBe('fails');
  });

  test.each([
    ['above', isAbove],
    ['at', isAtD],
    ['below', isBelow],
  ])('is not measured without rows of N %s d', (_, where) => {
    const verdict = judged(recovery.filter((row) => !where(row)));
    expect(verdict.outcome).toBe('not measured');
    expect(verdict.measured).toBe('needs part A with N below, at and above d');
  });
});

describe('c2, linear in d', () => {
  const judged = (rows: readonly Row[]) => verdicts.c2(rows);

  test('holds if success begins at N = d for every method, d and n', () => {
    const elsewhere = recovery.map((row): Row => ({ ...row, n: 96 }));
    const verdict = judged([...recovery, ...elsewhere]);
    expect(verdict).toMatchObject({ outcome: 'holds', value: 1, interval: [1, 1] });
    expect(verdict.measured).toMatchInlineSnapshot(
      `"N/d = 1.000 at the transition, exactly 1 in 100 % of the settings (d = 2, 4; n = 48, 96)"`,
    );
  });

  test('depends on neither the control nor two subspaces', () => {
    const rows = changed(recovery, (row) => row['method'] === 'linear denoiser', {
      successRate: 0,
    });
    expect(judged([...rows, ...clusteringRows({ PCA: 2 })]).outcome).toBe('holds');
  });

  test('is met in part if half of the settings are exact', () => {
    const late = changed(recovery, (row) => isAtD(row), { successRate: 0.4 });
    expect(judged(late)).toMatchObject({ outcome: 'partly', value: mean([1, 1, 1.5, 1.25]) });
    expect(judged(late).measured).toContain('exactly 1 in 50 % of the settings');
  });

  test('fails if fewer are', () => {
    const early = changed(recovery, (row) => row['d'] === 4 && row['N'] === 3, {
      successRate: 0.5,
    });
    const never = changed(early, (row) => row['method'] === trained, { successRate: 0 });
    // Those without success count as ten times d.
    expect(judged(never)).toMatchObject({ outcome: 'fails', value: mean([1, 0.75, 10, 10]) });
  });

  test('is not measured without part A', () => {
    expect(judged(clusteringRows({ PCA: 4 })).outcome).toBe('not measured');
  });
});

describe('c3, the same transition of networks', () => {
  const judged = (rows: readonly Row[]): Verdict => verdicts.c3(rows);
  const settings = { ds: [3, 7], seeds: [0, 1, 2] };

  test('holds if the curves are one against N/d', () => {
    const verdict = judged(
      transitionRows(
        settings,
        ({ ratio, seed, d }) => Math.log2(ratio) - 3 + (d === 7 ? 0.1 * (seed - 1) : 0),
      ),
    );
    expect(verdict.outcome).toBe('holds');
    expect(verdict.value).toBeCloseTo(0, 10);
    const [low, high] = meanInterval([-0.1, 0, 0.1]);
    expect(verdict.interval![0]).toBeCloseTo(low, 10);
    expect(verdict.interval![1]).toBeCloseTo(high, 10);
    expect(verdict.measured).toMatchInlineSnapshot(
      `"memorised 1.000 at N/d = 1 and 0.000 at 64; crossing shifts by 2^0.000 in N/d (2^-1.222 if N alone decided)"`,
    );
  });

  test('is met in part if they are one against N', () => {
    const verdict = judged(
      transitionRows(
        settings,
        ({ d, ratio, seed }) => Math.log2(d * ratio) - 4.5 + 0.05 * seed * d,
      ),
    );
    expect(verdict.outcome).toBe('partly');
    expect(verdict.value).toBeLessThan(-1);
  });

  test('is met in part if they are one against neither', () => {
    const apart = transitionRows(
      settings,
      ({ d, ratio, seed }) => Math.log2(ratio) - 3 - (d === 7 ? 1 + 0.1 * seed : 0),
    );
    expect(judged(apart).outcome).toBe('partly');
  });

  test('is met in part if the seeds cannot tell N/d from N', () => {
    const noisy = transitionRows(
      settings,
      ({ d, ratio, seed }) => Math.log2(ratio) - 3 + (d === 7 ? 1.4 * (seed - 1) : 0),
    );
    expect(judged(noisy).outcome).toBe('partly');
  });

  test('fails if the fraction does not fall far enough and the curves are one against N', () => {
    const flat = transitionRows(
      settings,
      ({ d, ratio, seed }) => (Math.log2(d * ratio) - 5) / 4 + 0.01 * seed,
    );
    expect(judged(flat).outcome).toBe('fails');
  });

  test('is met at most in part by the curve of one d', () => {
    const one = (position: (ratio: number) => number) =>
      judged(transitionRows({ ds: [3], seeds: [0] }, ({ ratio }) => position(ratio)));
    const verdict = one((ratio) => Math.log2(ratio) - 3);
    expect(verdict).toMatchObject({ outcome: 'partly', value: 1 });
    expect(verdict.interval![0]).toBeCloseTo(0.9, 12);
    expect(verdict.interval![1]).toBeCloseTo(1.1, 12);
    expect(verdict.measured).toMatchInlineSnapshot(
      `"memorised 1.000 at N/d = 1 and 0.000 at 64; no crossings of two d to compare"`,
    );
    expect(one((ratio) => (Math.log2(ratio) - 3) / 4).outcome).toBe('fails');
  });

  test('is met at most in part where curves do not cross 0.5', () => {
    const steep = transitionRows(settings, ({ ratio, d }) => (ratio > 1 || d === 7 ? 2 : -2));
    expect(judged(steep).measured).toContain('no crossings of two d to compare');
  });

  test('is not measured without part B', () => {
    expect(judged(recovery).outcome).toBe('not measured');
  });
});

describe('c4, real images', () => {
  const judged = (rows: readonly Row[]): Verdict => verdicts.c4(rows);
  const curve = (dataset: string, from: [number, number], to: [number, number]) => [
    { part: 'C', dataset, images: 60_000, intrinsicDimension: 12 },
    imageRow(dataset, 64, { memorised: from[0], gain: from[1] }),
    imageRow(dataset, 512, { memorised: 0.4, gain: 0.3 }),
    imageRow(dataset, 8192, { memorised: to[0], gain: to[1] }),
  ];

  test('is met in part by a transition, as the rank of the Jacobian is not measured', () => {
    const verdict = judged([
      ...curve('mnist', [0.95, 0.05], [0.05, 0.6]),
      ...curve('fashion-mnist', [0.9, 0.1], [0.2, 0.5]),
    ]);
    expect(verdict.outcome).toBe('partly');
    // The least fall of both sets.
    expect(verdict.value).toBeCloseTo(0.7, 12);
    expect(verdict.interval![0]).toBeCloseTo(0.6, 12);
    expect(verdict.interval![1]).toBeCloseTo(0.8, 12);
    expect(verdict.measured).toMatchInlineSnapshot(
      `"mnist: memorised falls by 0.900, agreement rises by 0.550, rank not measured; fashion-mnist: memorised falls by 0.700, agreement rises by 0.400, rank not measured"`,
    );
  });

  const ranked = (dataset: string, ranks: readonly number[]) =>
    [0.1, 1, 2, 20].map((level, i) => rankRow(dataset, level, ranks[i]!));

  test('holds where the rank is far below the dimension in the middle of the levels', () => {
    const images = curve('mnist', [0.95, 0.05], [0.05, 0.6]);
    expect(judged([...images, ...ranked('mnist', [190, 80, 30, 1])]).outcome).toBe('holds');
    expect(judged([...images, ...ranked('mnist', [190, 80, 60, 1])]).outcome).toBe('partly');
    expect(
      judged([...curve('mnist', [0.5, 0.3], [0.5, 0.3]), ...ranked('mnist', [190, 80, 30, 1])])
        .outcome,
    ).toBe('partly');
  });

  test('fails without a fall, or without a rise of the agreement', () => {
    expect(judged(curve('mnist', [0.5, 0.05], [0.45, 0.6])).outcome).toBe('fails');
    expect(judged(curve('mnist', [0.95, 0.3], [0.05, 0.3])).outcome).toBe('fails');
  });

  test('is not measured without part C', () => {
    expect(judged(recovery).outcome).toBe('not measured');
    expect(
      judged([{ part: 'C', dataset: 'mnist', images: 60_000, intrinsicDimension: 12 }]).outcome,
    ).toBe('not measured');
  });
});

describe('c5, editing', () => {
  test('is not measured without part D', () => {
    expect(verdicts.c5([]).outcome).toBe('not measured');
  });

  test('asks for effect, for pictures that stay pictures and for one property above the others', () => {
    const outcomeOf = (change: Row): string => verdicts.c5([{ ...editingRow, ...change }]).outcome;
    expect(outcomeOf({})).toBe('holds');
    expect(outcomeOf({ moved: 1.9 })).toBe('partly');
    expect(outcomeOf({ nearestHigh: 1.2 })).toBe('partly');
    expect(outcomeOf({ gainLow: -0.01 })).toBe('partly');
    expect(outcomeOf({ moved: 0.1, nearestHigh: 1.5, gainLow: -0.1 })).toBe('fails');
  });

  test('reports the data set in which one property stands out least', () => {
    const other = {
      ...editingRow,
      dataset: 'fashion-mnist',
      concentrationGain: 0.05,
      gainLow: 0.01,
    };
    expect(verdicts.c5([editingRow, other])).toMatchObject({ value: 0.05, interval: [0.01, 0.15] });
  });
});

describe('crossing', () => {
  const curve = (points: readonly (readonly [ratio: number, fraction: number])[]) =>
    crossing(points.map(([ratio, memorisedFraction]) => ({ ratio, memorisedFraction })));

  test('interpolates in log2(N/d), whatever the order of the rows', () => {
    expect(
      curve([
        [4, 0.3],
        [1, 0.9],
        [2, 0.7],
      ]),
    ).toBeCloseTo(1.5, 12);
    expect(
      curve([
        [1, 0.8],
        [8, 0.4],
      ]),
    ).toBeCloseTo(2.25, 12);
    expect(
      curve([
        [2, 0.5],
        [4, 0.1],
      ]),
    ).toBe(1);
  });

  test('is the first of several', () => {
    expect(
      curve([
        [1, 0.6],
        [2, 0.4],
        [4, 0.6],
        [8, 0.2],
      ]),
    ).toBeCloseTo(0.5, 12);
  });

  test('is none where the curve does not fall through 0.5', () => {
    expect(
      curve([
        [1, 0.9],
        [2, 0.6],
      ]),
    ).toBeNull();
    expect(
      curve([
        [1, 0.4],
        [2, 0.1],
      ]),
    ).toBeNull();
    expect(
      curve([
        [1, 0.2],
        [2, 0.8],
      ]),
    ).toBeNull();
    expect(curve([])).toBeNull();
  });
});

describe('firstSuccess', () => {
  test('is the smallest N at which half of the seeds succeed', () => {
    const cells = [6, 2, 4].map((N) => ({
      ...recoveryRow('PCA', 4, N),
      successRate: N >= 4 ? 0.5 : 0.49,
    }));
    expect(firstSuccess(cells)).toBe(4);
  });

  test('is infinite where they never do', () => {
    expect(firstSuccess([recoveryRow('PCA', 4, 2)])).toBe(Infinity);
    expect(firstSuccess([])).toBe(Infinity);
  });
});
