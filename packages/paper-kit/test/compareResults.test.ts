import { describe, expect, it } from 'vitest';
import { compareResults, type Result, type Row, type Verdict } from '../src/index.ts';
import { storedProvenance } from './storedProvenance.ts';

const holds: Verdict = {
  outcome: 'holds',
  measured: 'error 0.5',
  value: 0.5,
  interval: [0.4, 0.6],
  metric: 'error',
  rule: 'below 1',
};
const rows: readonly Row[] = [
  { method: 'ours', n: 3, error: 0.5, low: 0.4, high: 0.6, seconds: 3.2 },
  { method: 'theirs', n: 3, error: 0.9, low: 0.8, high: 1, seconds: 3.1 },
];
const recorded: Result = {
  schema: 1,
  paper: 'toy-paper',
  preset: 'quick',
  config: { n: 3 },
  seed: 0,
  isComplete: true,
  rows,
  verdicts: { c1: holds },
  figures: [],
  provenance: storedProvenance,
};
const withFirstRow = (change: Row): Result => ({
  ...recorded,
  rows: [{ ...rows[0], ...change }, rows[1]!],
});
const tolerances = { error: { between: ['low', 'high'] }, seconds: 'any' } as const;

describe('compareResults', () => {
  it('calls the same rows identical', () => {
    const { agreement, differences, text } = compareResults(recorded, recorded, tolerances);
    expect({ agreement, differences }).toEqual({ agreement: 'identical', differences: [] });
    expect(text).toMatchInlineSnapshot(`
      "toy-paper quick, seed 0: identical
      recorded at 0123456789ab (node-cpu, 2 threads) on 2026-11-23, run again at 0123456789ab (node-cpu, 2 threads)
        c1  agrees   holds 0.5 [0.4, 0.6] -> holds 0.5 [0.4, 0.6]
      2 rows; all agree"
    `);
  });

  it('accepts what lies within tolerance: 2 %, an interval of the row, or anything', () => {
    for (const change of [{ low: 0.407 }, { error: 0.41 }, { seconds: 99 }, { n: 3.01 }]) {
      const { agreement, differences } = compareResults(recorded, withFirstRow(change), tolerances);
      expect({ agreement, differences }).toEqual({
        agreement: 'within tolerance',
        differences: [],
      });
    }
  });

  it.each<[Row, string]>([
    [{ low: 0.41 }, 'low'],
    [{ error: 0.61 }, 'error'],
    [{ error: null }, 'error'],
    [{ method: 'mine' }, 'method'],
    [{ extra: 1 }, 'extra'],
  ])('names the field that is beyond: %o', (change, key) => {
    const { agreement, differences } = compareResults(recorded, withFirstRow(change), tolerances);
    expect(agreement).toBe('verdicts only');
    expect(differences).toMatchObject([{ row: 1, key, rerun: change[key] }]);
  });

  it('counts a row that is missing or more as different', () => {
    const fewer = { ...recorded, rows: rows.slice(0, 1) };
    expect(compareResults(recorded, fewer).agreement).toBe('verdicts only');
    expect(compareResults(fewer, recorded).text).toContain('1 rows, now 2; 1 differ');
  });

  it.each<[string, Partial<Verdict>, boolean]>([
    ['a value in the recorded interval', { value: 0.42, interval: [0.41, 0.43] }, true],
    ['a value whose interval holds the recorded one', { value: 0.7, interval: [0.45, 0.95] }, true],
    ['a value beyond both', { value: 0.7, interval: [0.65, 0.75] }, false],
    ['another outcome', { outcome: 'partly' }, false],
  ])('judges verdicts by their intervals: %s', (_, change, agrees) => {
    const rerun = { ...recorded, verdicts: { c1: { ...holds, ...change } } };
    const { agreement, verdicts, text } = compareResults(recorded, rerun);
    expect(verdicts).toMatchObject([{ claim: 'c1', agrees }]);
    expect(agreement).toBe(agrees ? 'identical' : 'not reproduced');
    expect(text.includes('DIFFERS')).toBe(!agrees);
  });

  it('refuses results that are not runs of the same', () => {
    expect(() =>
      compareResults(recorded, { ...recorded, seed: 1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: compareResults: seed is 0 in the recorded result and 1 in the rerun; compare runs of the same]`,
    );
    expect(() =>
      compareResults(recorded, { ...recorded, isComplete: false }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: compareResults: the rerun result is not complete; run it to its end]`,
    );
    expect(() =>
      compareResults(recorded, { ...recorded, config: { n: 4 } }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: compareResults: the settings of quick have changed since it was recorded; record it again]`,
    );
    expect(() =>
      compareResults(recorded, { ...recorded, verdicts: {} }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: compareResults: the rerun has no verdict on c1]`,
    );
  });
});
