import type { Row } from '@working-papers/paper-kit';
import { describe, expect, test } from 'vitest';
import { verdicts } from '../verdicts.ts';
import { expectClose } from './numbers.ts';
import { descentRows, equationRows, patchRow, patchRows } from './madeUpRows.ts';

/** The same rows with another time where a condition holds. */
function retimed(isMeant: (row: Row) => boolean, time: (row: Row) => number): Row[] {
  return equationRows.map((row) => (isMeant(row) ? { ...row, time: time(row) } : row));
}

test('nothing is measured without rows', () => {
  for (const rule of Object.values(verdicts)) {
    expect(rule([])).toMatchObject({ outcome: 'not measured' });
  }
});

describe('c1', () => {
  const patches = (rank: Readonly<Record<string, number>>) =>
    patchRows('equal lambda', (method, _, seed) => ({
      rankRho: rank[method]! + 0.001 * seed,
      slopeRho: -1,
    }));
  // Times whose ranks hardly correlate with rho, whichever of the larger rhos are looked at.
  const times = [2.45, 2.4, 2.6, 2.5, 2, 4, 1, 3];
  const constantMae = retimed(
    (row) => row['kind'] === 'grid' && row['method'] === 'MAE',
    (row) => times[Math.round(Number(row['rho']) * 10) - 3]!,
  );

  test('the equations give JEPA its order, and the autoencoder the reverse one: partly', () => {
    const verdict = verdicts.c1(equationRows);
    expect(verdict.outcome).toBe('partly');
    expect(verdict.value).toBeLessThan(-0.9);
    expect(verdict.measured).toMatchInlineSnapshot(
      `"equations: JEPA -1.000, MAE 0.800 to 1.000, whose noisiest features come first, by at most 6 % of the time; the lag grows by 8.3 to 13.8 and 0.9 to 1.0; patches not in this preset"`,
    );
  });

  test('holds if the order of the autoencoder has nothing to do with rho', () => {
    const rows = [...constantMae, ...patches({ JEPA: -0.95, MAE: 0.1 })];
    expect(verdicts.c1(rows)).toMatchObject({ outcome: 'holds' });
    expect(verdicts.c1(rows).value).toBeCloseTo(-0.949, 10);
    expect(verdicts.c1(rows).interval![0]).toBeLessThan(-0.949);
  });

  test('is partly supported if patches show no order for JEPA, or one for the autoencoder', () => {
    for (const ranks of [
      { JEPA: -0.5, MAE: 0.1 },
      { JEPA: -0.95, MAE: 0.7 },
      { JEPA: -0.95, MAE: -0.7 },
    ]) {
      expect(verdicts.c1([...constantMae, ...patches(ranks)]).outcome).toBe('partly');
    }
  });

  test('fails if JEPA follows the order of the autoencoder, which is the reverse', () => {
    const rows = retimed(
      (row) => row['kind'] === 'grid',
      (row) => 10 + Number(row['rho']),
    );
    expect(verdicts.c1(rows).outcome).toBe('fails');
  });
});

describe('c2', () => {
  test('holds in the equations and on patches that agree', () => {
    expect(verdicts.c2(equationRows).outcome).toBe('holds');
    expect(verdicts.c2(equationRows).value).toBeCloseTo(-1, 12);
    const patch = (rankLambda: number) =>
      ['JEPA', 'MAE'].map((method) =>
        patchRow({ setting: 'equal rho', method, depth: 3, noiseSeed: 0 }, { rankLambda }),
      );
    expect(verdicts.c2([...equationRows, ...patch(-0.99)])).toMatchObject({
      outcome: 'holds',
      value: -0.99,
    });
    expect(verdicts.c2([...equationRows, ...patch(-0.5)])).toMatchObject({
      outcome: 'partly',
      value: -0.5,
    });
  });
});

describe('c3', () => {
  const patches = (deepTimes: readonly number[]) =>
    patchRows('trade-off', (method, depth, seed) => ({
      times:
        method === 'JEPA' && depth === 3
          ? deepTimes.map((time) => time + 0.1 * seed)
          : [1, 2, 3, 4],
    }));

  test('holds in the equations', () => {
    const verdict = verdicts.c3(equationRows);
    expect(verdict.outcome).toBe('holds');
    expect(verdict.measured).toMatchInlineSnapshot(
      `"equations: JEPA reverses the order at L = 3, 5, 8, MAE never; patches not in this preset"`,
    );
  });

  test('holds if patches are learned in reverse by a deep JEPA', () => {
    const verdict = verdicts.c3([...equationRows, ...patches([4, 3, 2, 1])]);
    expect(verdict.outcome).toBe('holds');
    expectClose([verdict.value!, ...verdict.interval!], [-1, -1, -1], 1e-12);
  });

  test('is partly supported if they are not', () => {
    const verdict = verdicts.c3([...equationRows, ...patches([1, 2, 3, 4])]);
    expect(verdict.outcome).toBe('partly');
    expect(verdict.value).toBeCloseTo(1, 12);
  });

  test('is partly supported if the autoencoder turns round too', () => {
    const rows = retimed(
      (row) => row['kind'] === 'trade-off' && row['method'] === 'MAE' && row['depth'] === 8,
      (row) => 1 / Number(row['rho']),
    );
    expect(verdicts.c3(rows).outcome).toBe('partly');
  });
});

describe('c4', () => {
  const patches = (deepSlope: number) =>
    patchRows('equal lambda', (_, depth, seed) => ({
      rankRho: -1,
      slopeRho: (depth === 3 ? deepSlope : -0.03) + 0.001 * seed,
    }));

  test('holds in the equations: the delay rises with every layer', () => {
    const verdict = verdicts.c4(equationRows);
    expect(verdict.outcome).toBe('holds');
    expect(verdict.measured).toMatchInlineSnapshot(
      `"equations: delay 0.004, 0.054, 0.173, 0.671 at L = 1, 2, 3, 5, 8; patches not in this preset"`,
    );
  });

  test('compares the slopes of the same draws of noise', () => {
    const verdict = verdicts.c4([...equationRows, ...patches(-0.45)]);
    expect(verdict.outcome).toBe('holds');
    expect(verdict.value).toBeCloseTo(-0.42, 12);
    expect(verdict.interval![1]).toBeCloseTo(-0.42, 12);
    expect(verdicts.c4([...equationRows, ...patches(0)]).outcome).toBe('partly');
  });

  test('fails without growth', () => {
    const flat = retimed(
      (row) => row['kind'] === 'grid',
      (row) => 10 / Number(row['rho']),
    );
    expect(verdicts.c4(flat).outcome).toBe('fails');
  });
});

describe('c5', () => {
  test('holds up to 1 % of the fixed point', () => {
    expect(verdicts.c5(descentRows(0.009))).toMatchObject({ outcome: 'holds', value: 0.009 });
    expect(verdicts.c5(descentRows(0.011))).toMatchObject({ outcome: 'partly', value: 0.011 });
  });

  test('asks for the predicted order from stochastic gradients', () => {
    const shuffled = descentRows(0.009).map((row) =>
      row['gradient'] === 'expected' ? row : { ...row, time: (Number(row['feature']) * 7) % 10 },
    );
    expect(verdicts.c5(shuffled).outcome).toBe('partly');
    const never = descentRows(0.02).map((row) =>
      row['gradient'] === 'expected' || row['feature'] !== 9 ? row : { ...row, time: null },
    );
    expect(verdicts.c5(never).outcome).toBe('fails');
  });
});
