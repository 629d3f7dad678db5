import { describe, expect, test } from 'vitest';
import { keyOf, uniforms } from '@working-papers/grad';
import {
  brierScore,
  expectedCalibrationError,
  matrix,
  negativeLogLikelihood,
  reliabilityCurve,
} from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/calibration.json' with { type: 'json' };

const { cases } = fixture;
const binnings = ['equal-width', 'equal-mass'] as const;

describe('reliabilityCurve', () => {
  test("is scikit-learn's calibration curve, with equal widths and equal masses", () => {
    expect(cases.curves.map(({ binning }) => binning)).toEqual([...binnings, ...binnings]);
    cases.curves.forEach(({ confidences, outcomes, observed, mean }, i) => {
      const curve = reliabilityCurve(confidences, outcomes, { bins: 8, binning: binnings[i % 2]! });
      expectClose(
        curve.map((bin) => bin.observedFraction),
        observed,
      );
      expectClose(
        curve.map((bin) => bin.meanConfidence),
        mean,
      );
      expect(curve.reduce((sum, bin) => sum + bin.count, 0)).toBe(confidences.length);
    });
  });

  test('puts a confidence on an edge into the bin below, 0 into the first', () => {
    const curve = reliabilityCurve([0, 0.5, 0.50001, 1], [0, 1, 0, 1], { bins: 2 });
    expect(curve.map(({ low, high, count }) => [low, high, count])).toEqual([
      [0, 0.5, 2],
      [0.5, 1, 2],
    ]);
  });

  test('keeps equal confidences in one bin', () => {
    const curve = reliabilityCurve([0.7, 0.7, 0.7], [1, 0, 1], { bins: 3, binning: 'equal-mass' });
    expect(curve).toHaveLength(1);
    expectClose([curve[0]!.observedFraction], [2 / 3]);
  });

  test('rejects what is no forecast', () => {
    expect(() => reliabilityCurve([0.5], [1, 0])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: reliabilityCurve: 1 confidences for 2 outcomes; expected as many]`,
    );
    expect(() => reliabilityCurve([], [])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: reliabilityCurve: no confidences; expected one or more]`,
    );
    expect(() => reliabilityCurve([1.5], [1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: reliabilityCurve: confidence 0 is 1.5; expected 0 to 1]`,
    );
    expect(() => reliabilityCurve([NaN], [1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: reliabilityCurve: confidence 0 is NaN; expected 0 to 1]`,
    );
    expect(() => reliabilityCurve([0.5], [0.5])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: reliabilityCurve: outcome 0 is 0.5; expected an integer from 0 to 1]`,
    );
    expect(() => reliabilityCurve([0.5], [1], { bins: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: reliabilityCurve: bins = 0 is not a positive integer]`,
    );
  });
});

describe('expectedCalibrationError', () => {
  test('is what the definition gives by hand', () => {
    // Bins (0, 0.5] and (0.5, 1]: |0.5 - 0.3| · 2/5 and |2/3 - 0.8| · 3/5.
    const [confidences, outcomes] = [
      [0.2, 0.4, 0.7, 0.8, 0.9],
      [0, 1, 1, 0, 1],
    ];
    expectClose([expectedCalibrationError(confidences, outcomes, { bins: 2 })], [0.16]);
  });

  test('is near 0 for a calibrated forecaster and the shift for a shifted one', () => {
    const n = 40_000;
    const [p, u] = [uniforms(keyOf(1), n), uniforms(keyOf(2), n)];
    const outcomes = p.map((value, i) => Number(u[i]! < 0.8 * value));
    for (const binning of binnings) {
      const calibrated = expectedCalibrationError(
        p.map((value) => 0.8 * value),
        outcomes,
        { binning },
      );
      const overconfident = expectedCalibrationError(p, outcomes, { binning });
      expect(calibrated).toBeLessThan(0.02); // expected about 0.007
      expect(overconfident).toBeGreaterThan(0.09); // 0.1
      expect(overconfident).toBeLessThan(0.11);
    }
  });
});

describe('brierScore and negativeLogLikelihood', () => {
  test("are scikit-learn's", () => {
    for (const { probabilities, labels, brier, logLoss } of cases.scores) {
      const rows = matrix(probabilities.rows, probabilities.cols, probabilities.data);
      expectClose(
        [brierScore(rows, labels), negativeLogLikelihood(rows, labels)],
        [brier, logLoss],
      );
    }
  });

  test('are 0 for certainty that is right, and 2 and infinite for certainty that is wrong', () => {
    const certain = matrix(1, 2, [1, 0]);
    expect([brierScore(certain, [0]), negativeLogLikelihood(certain, [0])]).toEqual([0, 0]);
    expect([brierScore(certain, [1]), negativeLogLikelihood(certain, [1])]).toEqual([2, Infinity]);
  });

  test('reject rows that are no distributions and labels out of range', () => {
    expect(() => brierScore(matrix(1, 2, [0.5, 0.6]), [0])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: brierScore: row 0 sums to 1.1, smallest entry 0.5; expected probabilities that sum to 1]`,
    );
    expect(() => brierScore(matrix(1, 2, [1.5, -0.5]), [0])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: brierScore: row 0 sums to 1, smallest entry -0.5; expected probabilities that sum to 1]`,
    );
    const even = matrix(1, 2, [0.5, 0.5]);
    expect(() => negativeLogLikelihood(even, [2])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: negativeLogLikelihood: label 0 is 2; expected an integer from 0 to 1]`,
    );
    expect(() => negativeLogLikelihood(even, [0, 1])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: negativeLogLikelihood: 2 labels for [1, 2]]`,
    );
  });
});
