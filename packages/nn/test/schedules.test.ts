import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { cosineSchedule } from '../src/index.ts';

const rates = (count: number, options: Parameters<typeof cosineSchedule>[1]) =>
  Array.from({ length: count }, (_, step) => cosineSchedule(step, options));

function expectRates(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((rate, i) => expect(rate).toBeCloseTo(expected[i] ?? NaN, 12));
}

describe('cosineSchedule', () => {
  test('falls from peak at step 0 to final at the last, half-way in the middle', () => {
    const root = Math.SQRT1_2;
    expectRates(rates(6, { peak: 2, steps: 4 }), [2, 1 + root, 1, 1 - root, 0, 0]);
    expect(rates(5, { peak: 1, steps: 4, final: 0.2 })[2]).toBeCloseTo(0.6, 12);
    expect(rates(5, { peak: 1, steps: 4, final: 0.2 })[4]).toBeCloseTo(0.2, 12);
  });

  test('rises linearly to peak in the last step of the warm-up', () => {
    const warm = rates(5, { peak: 1, steps: 12, warmupSteps: 4 });
    expectRates(warm, [0.25, 0.5, 0.75, 1, 1]);
    // The cosine takes the 8 steps that are left.
    expect(cosineSchedule(8, { peak: 1, steps: 12, warmupSteps: 4 })).toBeCloseTo(0.5, 12);
    expect(cosineSchedule(12, { peak: 1, steps: 12, warmupSteps: 4 })).toBeCloseTo(0, 12);
  });

  test('never rises after the warm-up and stays between final and peak', () => {
    const options = fc.record({
      peak: fc.double({ min: 0.1, max: 10, noNaN: true }),
      steps: fc.integer({ min: 1, max: 60 }),
      warmup: fc.double({ min: 0, max: 1, noNaN: true }),
      share: fc.double({ min: 0, max: 1, noNaN: true }),
    });
    fc.assert(
      fc.property(options, ({ peak, steps, warmup, share }) => {
        const [warmupSteps, final] = [Math.floor(warmup * steps), share * peak];
        const all = rates(steps + 3, { peak, steps, warmupSteps, final });
        const falling = all.slice(warmupSteps);
        expect(Math.max(...all)).toBeLessThanOrEqual(peak * (1 + 1e-12));
        expect(Math.min(...falling)).toBeGreaterThanOrEqual(final * (1 - 1e-12));
        falling.slice(1).forEach((rate, i) => {
          expect(rate).toBeLessThanOrEqual((falling[i] ?? NaN) * (1 + 1e-12));
        });
        expect(all.at(-1)).toBeCloseTo(final, 9);
      }),
      { seed: 5, numRuns: 200 },
    );
  });

  test('rejects a warm-up longer than the run', () => {
    expect(() =>
      cosineSchedule(0, { peak: 1, steps: 10, warmupSteps: 11 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: cosineSchedule: warmupSteps = 11 is not from 0 to steps = 10]`,
    );
    expect(() =>
      cosineSchedule(0, { peak: 1, steps: 10, warmupSteps: -1 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: cosineSchedule: warmupSteps = -1 is not from 0 to steps = 10]`,
    );
  });
});
