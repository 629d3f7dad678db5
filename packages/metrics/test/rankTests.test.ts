import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, normals, uniformStream } from '@working-papers/grad';
import {
  bootstrapInterval,
  kendallTau,
  kendallTest,
  mannWhitney,
  mean,
  pairedDifference,
  pearsonTest,
  ranks,
  spearmanCorrelation,
  spearmanTest,
} from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/rankTests.json' with { type: 'json' };

const { cases } = fixture;

/** Expects numbers as close as `tolerance` times each, so that small p-values count too. */
function expectRelativelyClose(
  actual: readonly number[],
  expected: readonly number[],
  tolerance = 1e-11,
): void {
  actual.forEach((value, i) =>
    expectClose([value / (expected[i] || 1)], [expected[i] === 0 ? 0 : 1], tolerance),
  );
}

describe('correlation tests', () => {
  test("are scipy's: estimate, p-value and interval of Pearson's", () => {
    for (const { a, b, pearson } of cases.correlations) {
      const { correlation, pValue, interval } = pearsonTest(a, b, 0.9);
      expectRelativelyClose([correlation, pValue, ...interval], pearson, 1e-9);
    }
  });

  test("are scipy's: estimate and p-value of Spearman's", () => {
    for (const { a, b, spearman } of cases.correlations) {
      const { correlation, pValue } = spearmanTest(a, b);
      expectRelativelyClose([correlation, pValue], spearman, 1e-9);
    }
  });

  test("are scipy's: estimate and p-value of Kendall's, exact without ties, normal with ties", () => {
    for (const { a, b, kendall } of cases.correlations) {
      const { correlation, pValue } = kendallTest(a, b);
      expectRelativelyClose([correlation, pValue], kendall, 1e-9);
    }
  });

  test('reject what the p-value of independent lists promises to reject', () => {
    // 4000 null tests at 0.05: 200 expected, standard deviation 13.8, bounds at 4.9 of them.
    const [n, trials] = [12, 4000];
    const values = normals(keyOf(1), 2 * n * trials);
    const counts = [pearsonTest, spearmanTest, kendallTest].map((run) => {
      let rejected = 0;
      for (let trial = 0; trial < trials; trial++) {
        const from = 2 * n * trial;
        const { pValue } = run(
          values.subarray(from, from + n),
          values.subarray(from + n, from + 2 * n),
        );
        rejected += Number(pValue <= 0.05);
      }
      return rejected;
    });
    for (const count of counts) {
      expect(count).toBeGreaterThan(200 - 68);
      expect(count).toBeLessThan(200 + 68);
    }
  });

  test('say nothing of two pairs, and need three for ranks', () => {
    expect(pearsonTest([1, 2], [3, 5])).toMatchObject({ pValue: 1, interval: [-1, 1] });
    expect(kendallTest([1, 2], [3, 5])).toEqual({ correlation: 1, pValue: 1 });
    expect(() => spearmanTest([1, 2], [3, 5])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: spearmanTest: 2 pairs; a test needs 3 or more]`,
    );
    expect(() => pearsonTest([1, 2], [3, 5], 2)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: pearsonTest: level = 2; expected a number between 0 and 1]`,
    );
  });
});

describe('rank correlations', () => {
  test('share the mean rank among equal values', () => {
    expect(Array.from(ranks([30, 10, 20, 20, 10, 10]))).toEqual([6, 2, 4.5, 4.5, 2, 2]);
    expect(ranks([])).toHaveLength(0);
  });

  const list = fc.array(fc.integer({ min: 0, max: 6 }), { minLength: 40, maxLength: 40 });

  test('are unchanged by an increasing function and change sign with a decreasing one', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        fc.pre(new Set(a).size > 1 && new Set(b).size > 1);
        for (const correlation of [spearmanCorrelation, kendallTau]) {
          const r = correlation(a, b);
          expectClose([correlation(a.map(Math.exp), b)], [r]);
          expectClose(
            [
              correlation(
                a,
                b.map((x) => -(x ** 3)),
              ),
            ],
            [-r],
          );
          expectClose([correlation(b, a), correlation(a, a)], [r, 1]);
        }
      }),
      { seed: 1, numRuns: 50 },
    );
  });

  test('tau-b is what counting all pairs gives', () => {
    fc.assert(
      fc.property(list, list, (a, b) => {
        fc.pre(new Set(a).size > 1 && new Set(b).size > 1);
        let [excess, untiedA, untiedB] = [0, 0, 0];
        for (let i = 0; i < a.length; i++) {
          for (let j = 0; j < i; j++) {
            const [signA, signB] = [Math.sign(a[i]! - a[j]!), Math.sign(b[i]! - b[j]!)];
            excess += signA * signB;
            untiedA += signA * signA;
            untiedB += signB * signB;
          }
        }
        expectClose([kendallTau(a, b)], [excess / Math.sqrt(untiedA * untiedB)]);
      }),
      { seed: 2, numRuns: 50 },
    );
  });

  test('of 200,000 pairs takes no quadratic time', () => {
    const [a, b] = [normals(keyOf(2), 200_000), normals(keyOf(3), 200_000)];
    expect(Math.abs(kendallTau(a, b))).toBeLessThan(4.9 * Math.sqrt(4 / (9 * 200_000)));
  });

  test('reject other lengths, NaN, constants and single pairs', () => {
    expect(() => spearmanCorrelation([1, 2], [1])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: spearmanCorrelation: 2 and 1 values; expected as many]`,
    );
    expect(() => spearmanCorrelation([1, NaN], [1, 2])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: spearmanCorrelation: value 1 is NaN; expected a finite number]`,
    );
    expect(() => kendallTau([1, 2], [1, Infinity])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: kendallTau: value 1 is Infinity; expected a finite number]`,
    );
    expect(() => kendallTau([1], [1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: kendallTau: 1 values; expected 2 or more]`,
    );
    expect(() => kendallTau([1, 2], [3, 3])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: kendallTau: all 2 values are 3; a constant has no correlation]`,
    );
    expect(() => spearmanCorrelation([1, 2], [3, 3])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: spearmanCorrelation: all 2 values are 3; a constant has no correlation]`,
    );
    expect(() => ranks([NaN])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: ranks: value 0 is NaN; expected a finite number]`,
    );
  });
});

describe('mannWhitney', () => {
  test("is scipy's asymptotic test", () => {
    for (const { x, y, u, pValue } of cases.mannWhitney) {
      const result = mannWhitney(x, y);
      expect(result.u).toBe(u);
      expectRelativelyClose([result.pValue], [pValue], 1e-10);
    }
  });

  test('turns round when the samples are exchanged', () => {
    const [x, y] = [
      [1, 2, 2, 5],
      [0, 2, 7],
    ];
    const [there, back] = [mannWhitney(x, y), mannWhitney(y, x)];
    expect(there.u + back.u).toBe(12);
    expectClose([there.superiority], [1 - back.superiority]);
    expectClose([there.pValue], [back.pValue]);
    expect(mannWhitney([1], [1, 0.5, 1.5]).superiority).toBe(0.5);
  });

  test('rejects empty and constant samples', () => {
    expect(() => mannWhitney([], [1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: mannWhitney: 0 values; expected 1 or more]`,
    );
    expect(() => mannWhitney([1], [NaN])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: mannWhitney: value 0 is NaN; expected a finite number]`,
    );
    expect(() => mannWhitney([3, 3], [3])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: mannWhitney: all 3 values are 3; a constant cannot be ranked]`,
    );
  });
});

describe('bootstrapInterval with bca', () => {
  const variance = (values: readonly number[]) => {
    const centre = mean(values);
    return mean(values.map((value) => (value - centre) ** 2));
  };

  test("is scipy's on the same resamples", () => {
    for (const { values, uniforms, resamples, level, statistic, interval } of cases.bca) {
      const stream = uniforms.values();
      const random = () => stream.next().value ?? NaN;
      const options = { random, resamples, level, method: 'bca' } as const;
      const result = bootstrapInterval(values, statistic === 'mean' ? mean : variance, options);
      expectClose(result, interval, 1e-11);
    }
  });

  test('covers the variance of skewed values more often than the percentile interval', () => {
    // 400 samples of 30 chi-square values; true variance 2. Standard deviation of a coverage: 2.2 %.
    const covers = (method: 'bca' | 'percentile') => {
      const random = uniformStream(keyOf(4));
      let covered = 0;
      for (let trial = 0; trial < 400; trial++) {
        const sample = Array.from(normals(keyOf(100 + trial), 30), (z) => z * z);
        const options = { random, resamples: 300, level: 0.9, method } as const;
        const [low, high] = bootstrapInterval(sample, variance, options);
        covered += Number(low <= 2 && 2 <= high);
      }
      return covered / 400;
    };
    expect(covers('bca')).toBeGreaterThan(covers('percentile') + 0.03);
  });

  test('is a point for equal values, and says when it does not exist', () => {
    const random = uniformStream(keyOf(5));
    const options = { random, resamples: 50, method: 'bca' } as const;
    expect(bootstrapInterval([2, 2, 2], mean, options)).toEqual([2, 2]);
    expect(() => bootstrapInterval([1], mean, options)).toThrowErrorMatchingInlineSnapshot(
      `[DataError: bootstrapInterval: bca needs 2 items or more; got 1]`,
    );
    const countOfDistinct = (values: readonly number[]) => new Set(values).size;
    const items = Array.from({ length: 30 }, (_, i) => i);
    expect(() =>
      bootstrapInterval(items, countOfDistinct, options),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: bootstrapInterval: all 50 resamples lie below the statistic 30 of the items, so bca has no bias correction; use percentile or another statistic]`,
    );
  });
});

describe('pairedDifference', () => {
  test('cancels what is hard for both', () => {
    const difficulty = Array.from(normals(keyOf(6), 50), (z) => 100 * z);
    const better = difficulty.map((x, i) => x + 1 + (i % 2) / 10);
    const { difference, interval } = pairedDifference(better, difficulty, {
      random: uniformStream(keyOf(7)),
    });
    expect(difference).toBeCloseTo(1.05, 10);
    expect(interval[0]).toBeGreaterThan(1);
    expect(interval[1]).toBeLessThan(1.1);
  });

  test('takes another statistic and changes sign when the methods are exchanged', () => {
    const [a, b] = [
      [1, 5, 9, 2],
      [3, 3, 4, 8],
    ];
    const options = () => ({
      random: uniformStream(keyOf(8)),
      statistic: (scores: readonly number[]) => Math.max(...scores),
      resamples: 100,
    });
    const [there, back] = [pairedDifference(a, b, options()), pairedDifference(b, a, options())];
    expect(there.difference).toBe(1);
    expectClose(there.interval, [-back.interval[1], -back.interval[0]]);
  });

  test('rejects lists of other lengths', () => {
    const random = uniformStream(keyOf(9));
    expect(() => pairedDifference([1], [1, 2], { random })).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: pairedDifference: 1 and 2 scores; expected as many]`,
    );
  });
});
