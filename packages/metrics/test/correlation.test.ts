import { describe, expect, test } from 'vitest';
import { pairedCorrelation, pearsonCorrelation, points } from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/correlation.json' with { type: 'json' };

const stored = ({ dim, data }: { dim: number; data: readonly number[] }) =>
  points(Float32Array.from(data), dim);

describe('pearsonCorrelation', () => {
  test('is unchanged by shifting and scaling, and changes sign with a factor below 0', () => {
    const a = [1, 4, 2, 8];
    const b = [2, 1, 5, 7];
    const r = pearsonCorrelation(a, b);
    expect(
      pearsonCorrelation(
        a.map((x) => 1e6 + 3 * x),
        b,
      ),
    ).toBeCloseTo(r, 12);
    expect(
      pearsonCorrelation(
        a,
        b.map((x) => 4 - x / 7),
      ),
    ).toBeCloseTo(-r, 12);
    expect(pearsonCorrelation(a, a)).toBe(1);
  });

  test('says why it does not exist', () => {
    expect(() => pearsonCorrelation([1, 2], [1])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: pearsonCorrelation: lengths differ: 2 and 1]`,
    );
    expect(() => pearsonCorrelation([], [])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: pearsonCorrelation: no values; expected two or more]`,
    );
    expect(() => pearsonCorrelation([0.1, 0.1, 0.1], [1, 2, 3])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: pearsonCorrelation: all 3 values are 0.1; a constant has no correlation]`,
    );
    expect(() => pearsonCorrelation([1, NaN], [1, 2])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: pearsonCorrelation: the correlation is NaN; expected finite values]`,
    );
  });
});

describe('pairedCorrelation', () => {
  test('agrees with scipy, pair by pair', () => {
    for (const { a, b, ofPair, mean } of fixture.cases) {
      const result = pairedCorrelation(stored(a), stored(b));
      expectClose(result.ofPair, ofPair);
      expect(result.mean).toBeCloseTo(mean, 12);
    }
  });

  test('rejects sets of other sizes, and empty ones', () => {
    const two = points(Float32Array.of(1, 2, 3, 4), 2);
    const one = points(Float32Array.of(1, 2), 2);
    const none = points(new Float32Array(0), 2);
    expect(() => pairedCorrelation(two, one)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: pairedCorrelation: sizes differ: [2, 2] and [1, 2]]`,
    );
    expect(() => pairedCorrelation(none, none)).toThrowErrorMatchingInlineSnapshot(
      `[DataError: pairedCorrelation: no pairs; expected one or more]`,
    );
  });
});
