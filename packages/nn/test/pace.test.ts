import { expect, test } from 'vitest';
import { Pace } from '../src/pace.ts';

/** A pace by a clock that stands still unless it is told. */
function byHand() {
  let now = 0;
  const pace = new Pace(() => now);
  const step = (milliseconds: number) => {
    now += milliseconds;
    pace.count();
  };
  const pause = (milliseconds: number) => (now += milliseconds);
  return { pace, step, pause };
}

test('the first step, which compiles, does not count', () => {
  const { pace, step } = byHand();
  step(5000);
  step(100);
  step(100);
  expect(pace.stepsPerSecond()).toBeCloseTo(10);
  expect(pace.secondsFor(50)).toBeCloseTo(5);
});

test('after one step it is all that is known', () => {
  const { pace, step } = byHand();
  step(500);
  expect(pace.stepsPerSecond()).toBeCloseTo(2);
  expect(pace.secondsFor(3)).toBeCloseTo(1.5);
});

test('pauses between laps slow the end down and not the steps', () => {
  const { pace, step, pause } = byHand();
  step(5000);
  step(100);
  pause(300);
  pace.startLap();
  step(100);
  step(100);
  expect(pace.stepsPerSecond()).toBeCloseTo(10);
  expect(pace.secondsFor(10)).toBeCloseTo(2);
});

test('a clock that stands still gives finite numbers, and no steps take no time', () => {
  const { pace, step } = byHand();
  expect(pace.secondsFor(0)).toBe(0);
  step(0);
  expect(pace.stepsPerSecond()).toBeGreaterThan(0);
  expect(pace.stepsPerSecond()).toBeLessThan(Infinity);
  expect(pace.secondsFor(1)).toBeLessThan(1);
});
