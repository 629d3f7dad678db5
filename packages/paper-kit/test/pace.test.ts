import { expect, it } from 'vitest';
import { createPace } from '../src/pace.ts';

const at = (label: string, step: number) => ({ label, step, steps: 100, fraction: 0 });
const run = (fraction: number, nowMs: number, measured = fraction) => ({
  fraction,
  measured,
  nowMs,
});

it('measures the rate from the first report of a label and the time left from the whole run', () => {
  const pace = createPace(1000);
  expect(pace(at('a', 10), run(0.1, 3000))).toMatchObject({
    stepsPerSecond: null,
    secondsLeft: 18,
  });
  expect(pace(at('a', 50), run(0.5, 5000))).toMatchObject({ stepsPerSecond: 20, secondsLeft: 4 });
  expect(pace(at('b', 1), run(0.75, 7000))).toMatchObject({ stepsPerSecond: null, secondsLeft: 2 });
  expect(pace(at('b', 6), run(1, 8000))).toMatchObject({ stepsPerSecond: 5, secondsLeft: 0 });
});

it('does not extrapolate from less than a second or a hundredth of the run', () => {
  const pace = createPace(0);
  expect(pace(at('a', 1), run(0.5, 900)).secondsLeft).toBeNull();
  expect(pace(at('a', 2), run(0.009, 60_000)).secondsLeft).toBeNull();
});

it('does not count what was taken over as measured in no time', () => {
  const progress = createPace(0)(at('a', 1), run(0.9, 10_000, 0.5));
  expect(progress).toMatchObject({ fraction: 0.9, secondsLeft: 10 });
});
