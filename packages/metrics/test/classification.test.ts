import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, normals } from '@working-papers/grad';
import {
  accuracy,
  auroc,
  averagePrecision,
  balancedAccuracy,
  detection,
  falsePositiveRateAt,
  mannWhitney,
  rocCurve,
} from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/classification.json' with { type: 'json' };

const { cases } = fixture;

describe('accuracy, balancedAccuracy and detection', () => {
  test("are scikit-learn's", () => {
    for (const expected of cases.detection) {
      const { labels, predicted } = expected;
      const { precision, recall, f1 } = detection(predicted, labels);
      expectClose(
        [precision, recall, f1, accuracy(predicted, labels), balancedAccuracy(predicted, labels)],
        [
          expected.precision,
          expected.recall,
          expected.f1,
          expected.accuracy,
          expected.balancedAccuracy,
        ],
      );
    }
    for (const { labels, predicted, ...expected } of cases.several) {
      expectClose(
        [accuracy(predicted, labels), balancedAccuracy(predicted, labels)],
        [expected.accuracy, expected.balancedAccuracy],
      );
    }
  });

  test('give a constant prediction half the balanced accuracy, whatever the sizes of the classes', () => {
    expect(balancedAccuracy([1, 1, 1, 1, 1], [1, 1, 1, 1, 0])).toBe(0.5);
    expect(accuracy([1, 1, 1, 1, 1], [1, 1, 1, 1, 0])).toBe(0.8);
  });

  test('are 0 where nothing is found or nothing is there', () => {
    expect(detection([0, 0], [1, 0])).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(detection([1, 0], [0, 0])).toEqual({ precision: 0, recall: 0, f1: 0 });
    expect(detection([0], [0])).toEqual({ precision: 0, recall: 0, f1: 0 });
  });

  test('reject other lengths, no labels and labels that are none', () => {
    expect(() => accuracy([0, 1], [0])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: accuracy: 2 predictions for 1 labels; expected as many]`,
    );
    expect(() => accuracy([], [])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: accuracy: no labels; expected one or more]`,
    );
    expect(() => balancedAccuracy([0, 1], [0, NaN])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: balancedAccuracy: label 1 is NaN; expected an integer from 0]`,
    );
    expect(() => detection([0, 2], [0, 1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: detection: label 1 is 2; expected an integer from 0 to 1]`,
    );
  });
});

describe('ranking metrics', () => {
  test("are scikit-learn's, with and without ties", () => {
    for (const { scores, labels, ...expected } of cases.rankings) {
      expectClose(
        [
          auroc(scores, labels),
          averagePrecision(scores, labels),
          falsePositiveRateAt(scores, labels),
        ],
        [expected.auroc, expected.averagePrecision, expected.fpr95],
      );
      const curve = rocCurve(scores, labels);
      expectClose(
        curve.map((point) => point.falsePositiveRate),
        expected.falseRates,
      );
      expectClose(
        curve.map((point) => point.truePositiveRate),
        expected.trueRates,
      );
      expectClose(
        curve.slice(1).map((point) => point.threshold),
        expected.thresholds,
      );
    }
  });

  const items = fc.array(fc.tuple(fc.integer({ min: 0, max: 5 }), fc.constantFrom(0, 1)), {
    minLength: 2,
    maxLength: 30,
  });

  test('auroc is the superiority of Mann and Whitney, and 1 minus itself with the sign changed', () => {
    fc.assert(
      fc.property(items, (pairs) => {
        const [positives, negatives] = [1, 0].map((label) =>
          pairs.filter((pair) => pair[1] === label).map(([score]) => score),
        );
        const scores = pairs.map(([score]) => score);
        fc.pre(positives!.length > 0 && negatives!.length > 0 && new Set(scores).size > 1);
        const labels = pairs.map(([, label]) => label);
        const area = auroc(scores, labels);
        expectClose([area], [mannWhitney(positives!, negatives!).superiority]);
        expectClose(
          [
            auroc(
              scores.map((score) => -score),
              labels,
            ),
          ],
          [1 - area],
        );
        expectClose(
          [
            auroc(
              scores,
              labels.map((label) => 1 - label),
            ),
          ],
          [1 - area],
        );
      }),
      { seed: 3 },
    );
  });

  test('are perfect for separated scores, infinities included, and 0.5 for scores that say nothing', () => {
    const [scores, labels] = [
      [Infinity, 3, 1, -Infinity],
      [1, 1, 0, 0],
    ];
    expect(auroc(scores, labels)).toBe(1);
    expect(averagePrecision(scores, labels)).toBe(1);
    expect(falsePositiveRateAt(scores, labels)).toBe(0);
    expect(auroc([7, 7, 7], [0, 1, 0])).toBe(0.5);
    const n = 20_000;
    const same = auroc(
      normals(keyOf(1), n),
      Array.from({ length: n }, (_, i) => i % 2),
    );
    expect(Math.abs(same - 0.5)).toBeLessThan(4.9 / Math.sqrt(3 * n)); // its standard error under the null
  });

  test('reject NaN, a class that is absent, other lengths and a recall out of range', () => {
    expect(() => auroc([1, NaN], [0, 1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: auroc: score 1 is NaN; expected a number]`,
    );
    expect(() => auroc([1, 2], [1, 1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: auroc: 2 positives and 0 negatives; expected one or more of each]`,
    );
    expect(() => averagePrecision([], [])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: averagePrecision: 0 positives and 0 negatives; expected one or more of each]`,
    );
    expect(() => rocCurve([1], [0, 1])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: rocCurve: 1 scores for 2 labels; expected as many]`,
    );
    expect(() => rocCurve([1, 2], [0, 3])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: rocCurve: label 1 is 3; expected an integer from 0 to 1]`,
    );
    expect(() => falsePositiveRateAt([1, 2], [0, 1], 95)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: falsePositiveRateAt: recall = 95; expected above 0 and at most 1]`,
    );
  });
});
