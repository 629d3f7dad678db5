import { describe, expect, test } from 'vitest';
import { keyOf, normals, uniformStream } from '@working-papers/grad';
import { bootstrapInterval, mean, meanInterval, quantile } from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/intervals.json' with { type: 'json' };

const { cases } = fixture;

describe('quantile', () => {
  test('uses the R-7 method, as numpy does', () => {
    for (const { values, p, quantile: expected } of cases.quantile) {
      expect(quantile(values, p)).toBeCloseTo(expected, 14);
    }
  });

  test('sorts by value, leaves its argument alone and takes infinities', () => {
    const values = [10, 9, -1, 100];
    expect(quantile(values, 0)).toBe(-1);
    expect(values).toEqual([10, 9, -1, 100]);
    expect(quantile([Infinity, Infinity, 0], 0.9)).toBe(Infinity);
  });

  test('rejects nothing, NaN and a share outside [0, 1]', () => {
    expect(() => quantile([], 0.5)).toThrowErrorMatchingInlineSnapshot(
      `[DataError: quantile: no values; expected one or more]`,
    );
    expect(() => quantile([1, NaN], 0.5)).toThrowErrorMatchingInlineSnapshot(
      `[DataError: quantile: a value is NaN; expected numbers]`,
    );
    expect(() => quantile([1], 95)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: quantile: p = 95; expected a number from 0 to 1]`,
    );
  });
});

describe('meanInterval', () => {
  test("agrees with scipy's Student interval", () => {
    for (const { values, level, interval } of cases.meanInterval) {
      expectClose(meanInterval(values, level), interval, 1e-8); // scipy 1.10's quantile is off by 1e-9
    }
  });

  test('is exact where the quantile has a closed form, at 1 and 2 degrees of freedom', () => {
    for (const level of [0.1, 0.95, 0.999]) {
      const [one, two] = [Math.tan((Math.PI / 2) * level), level * Math.sqrt(2 / (1 - level ** 2))];
      expectClose(meanInterval([-1, 1], level), [-one, one]); // s = √2, n = 2
      expectClose(meanInterval([-1, 0, 1], level), [-two / Math.sqrt(3), two / Math.sqrt(3)]);
    }
  });

  test('is a point for equal values and shrinks to the normal interval for many', () => {
    expect(meanInterval([2, 2, 2])).toEqual([2, 2]);
    const values = normals(keyOf(1), 100_000);
    const [low, high] = meanInterval(values);
    const centre = mean(values);
    const deviation = Math.sqrt(mean(values.map((value) => (value - centre) ** 2)));
    expect(high - low).toBeCloseTo((2 * 1.959964 * deviation) / Math.sqrt(values.length), 6);
  });

  test('needs two finite values and a level between 0 and 1', () => {
    expect(() => meanInterval([1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: meanInterval: 1 value; the spread of a mean needs 2 or more]`,
    );
    expect(() => meanInterval([1, NaN])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: meanInterval: the mean is NaN; expected finite values]`,
    );
    expect(() => meanInterval([1, 2], 1)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: meanInterval: level = 1; expected a number between 0 and 1]`,
    );
    expect(() => mean([])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: mean: no values; expected one or more]`,
    );
  });
});

describe('bootstrapInterval', () => {
  const statistics: Record<string, (values: readonly number[]) => number> = {
    mean,
    max: (values) => Math.max(...values),
  };

  test('agrees with numpy on the same uniform numbers', () => {
    for (const {
      values,
      uniforms,
      resamples,
      level,
      statistic,
      interval,
    } of cases.bootstrapInterval) {
      const stream = uniforms.values();
      const random = () => stream.next().value ?? NaN;
      const options = { random, resamples, level };
      expectClose(bootstrapInterval(values, statistics[statistic]!, options), interval);
    }
  });

  test('of the mean of many values is near the Student interval', () => {
    const values = Array.from(normals(keyOf(2), 200));
    const interval = bootstrapInterval(values, mean, { random: uniformStream(keyOf(3)) });
    const [low, high] = meanInterval(values);
    const tolerance = 0.15 * (high - low); // an end of 2000 resamples has a standard error of 0.02 widths
    expect(Math.abs(interval[0] - low)).toBeLessThan(tolerance);
    expect(Math.abs(interval[1] - high)).toBeLessThan(tolerance);
  });

  test('is a point for one item', () => {
    const options = { random: uniformStream(keyOf(4)), resamples: 10 };
    expect(bootstrapInterval([5], mean, options)).toEqual([5, 5]);
  });

  test('resamples items of any kind, whole', () => {
    const pairs = [
      { a: 1, b: 10 },
      { a: 2, b: 20 },
    ];
    const ratio = (sample: readonly { a: number; b: number }[]) =>
      mean(sample.map(({ a }) => a)) / mean(sample.map(({ b }) => b));
    const [low, high] = bootstrapInterval(pairs, ratio, { random: uniformStream(keyOf(5)) });
    expectClose([low, high], [0.1, 0.1]);
  });

  test('rejects no items, a statistic that is NaN and options out of range', () => {
    const random = uniformStream(keyOf(6));
    expect(() => bootstrapInterval([], mean, { random })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: bootstrapInterval: no items; expected one or more]`,
    );
    expect(() => bootstrapInterval([1], () => NaN, { random })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: bootstrapInterval: the statistic of a resample is NaN; expected a number]`,
    );
    expect(() =>
      bootstrapInterval([1], mean, { random, level: 95 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: bootstrapInterval: level = 95; expected a number between 0 and 1]`,
    );
    expect(() =>
      bootstrapInterval([1], mean, { random, resamples: 0 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: bootstrapInterval: resamples = 0 is not a positive integer]`,
    );
  });
});
