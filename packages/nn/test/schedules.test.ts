import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  constantSchedule,
  cosineSchedule,
  inverseSquareRootSchedule,
  linearSchedule,
  stepSchedule,
} from '../src/index.ts';
import fixture from './fixtures/schedules.json' with { type: 'json' };

const rates = (count: number, options: Parameters<typeof cosineSchedule>[1]) =>
  Array.from({ length: count }, (_, step) => cosineSchedule(step, options));

function expectRates(actual: readonly number[], expected: readonly number[]): void {
  expect(actual).toHaveLength(expected.length);
  actual.forEach((rate, i) => expect(rate).toBeCloseTo(expected[i] ?? NaN, 12));
}

const schedules = new Map<string, (step: number, options: FixtureOptions) => number>([
  ['constant', (step, options) => constantSchedule(step, { peak: 2, ...options })],
  ['cosine', (step, options) => cosineSchedule(step, { peak: 2, steps: NaN, ...options })],
  ['linear', (step, options) => linearSchedule(step, { peak: 2, steps: NaN, ...options })],
  ['step', (step, options) => stepSchedule(step, { peak: 2, milestones: [], ...options })],
  [
    'inverseSquareRoot',
    (step, options) => inverseSquareRootSchedule(step, { peak: 2, warmupSteps: NaN, ...options }),
  ],
]);

interface FixtureOptions {
  readonly steps?: number;
  readonly final?: number;
  readonly warmupSteps?: number;
  readonly milestones?: readonly number[];
  readonly factor?: number;
}

test.each(fixture.cases.schedules)(
  "$schedule has the rates of PyTorch's scheduler",
  ({ schedule, options, rates: expected }) => {
    const rate = schedules.get(schedule);
    expectRates(
      expected.map((_, step) => rate?.(step, options) ?? NaN),
      expected,
    );
  },
);

describe.each([
  ['cosineSchedule', cosineSchedule],
  ['linearSchedule', linearSchedule],
])('%s with decayFrom', (_name, schedule) => {
  test('stays at the peak until then, and ends at the same step', () => {
    const options = { peak: 3, steps: 10, warmupSteps: 2, final: 1 };
    const all = Array.from({ length: 13 }, (_, step) =>
      schedule(step, { ...options, decayFrom: 6 }),
    );
    expectRates(all.slice(0, 7), [1.5, 3, 3, 3, 3, 3, 3]);
    expect(all[7]).toBeLessThan(3);
    expect(all[8]).toBeCloseTo(2, 12);
    expectRates(all.slice(10), [1, 1, 1]);
  });
});

test('every schedule warms up alike', () => {
  const warm = { peak: 2, warmupSteps: 4 };
  const all = [0, 1, 2, 3].map((step) => [
    constantSchedule(step, warm),
    cosineSchedule(step, { ...warm, steps: 10 }),
    linearSchedule(step, { ...warm, steps: 10 }),
    stepSchedule(step, { ...warm, milestones: [7] }),
    inverseSquareRootSchedule(step, warm),
  ]);
  all.forEach((rising, step) => expectRates(rising, Array<number>(5).fill((step + 1) / 2)));
});

test('settings that make no schedule', () => {
  expect(() =>
    linearSchedule(0, { peak: 1, steps: 10, warmupSteps: 4, decayFrom: 3 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: linearSchedule: decayFrom = 3 is not from warmupSteps = 4 to steps = 10]`,
  );
  expect(() =>
    cosineSchedule(0, { peak: 1, steps: 10, decayFrom: 11 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: cosineSchedule: decayFrom = 11 is not from warmupSteps = 0 to steps = 10]`,
  );
  expect(() => stepSchedule(0, { peak: 1, milestones: [5, 5] })).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: stepSchedule: milestones are [5, 5]; expected ascending steps after 0]`,
  );
  expect(() =>
    inverseSquareRootSchedule(0, { peak: 1, warmupSteps: 0 }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: inverseSquareRootSchedule: warmupSteps = 0; it decays from the end of a warm-up, so give it one or more]`,
  );
  expect(() =>
    constantSchedule(0, { peak: 1, warmupSteps: Infinity }),
  ).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: constantSchedule: warmupSteps = Infinity is not a number of 0 or more]`,
  );
});

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
