import { expect, it } from 'vitest';
import { checkMethods, type MethodEntry } from '../src/methods.ts';
import { methods } from './toyExperiment.ts';

const [ours, theirs] = methods;
const withTrials = (entry: MethodEntry, trials: MethodEntry['tuning']['trials']): MethodEntry => ({
  ...entry,
  tuning: { ...entry.tuning, trials },
});
const check = (...entries: readonly MethodEntry[]) => checkMethods(entries, 'toy');

it('a baseline may be tuned longer than the method, as long, or have nothing to tune', () => {
  for (const trials of [4, 5, 'nothing to tune'] as const) {
    expect(() => check(ours!, withTrials(theirs!, trials))).not.toThrow();
  }
});

it('a baseline that was tuned less is an error', () => {
  expect(() => check(ours!, withTrials(theirs!, 3))).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: toy: methods: baseline "theirs" was tuned with 3 trials and the method with 4; tune it as long]`,
  );
  // The largest budget among several methods counts.
  const bigger = withTrials({ ...ours!, method: 'ours, large' }, 6);
  expect(() => check(ours!, bigger, theirs!)).toThrow('with 5 trials and the method with 6');
});

it('ablations and controls keep the settings of the method', () => {
  for (const role of ['ablation', 'control'] as const) {
    expect(() => check(ours!, withTrials({ ...theirs!, role }, 0))).not.toThrow();
  }
});

it('budgets that nobody counted cannot be compared', () => {
  const uncounted = withTrials(ours!, 'not counted');
  expect(() => check(uncounted, theirs!)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: toy: methods: baseline "theirs" has trials 5 and the method not counted; count both, so that they can be compared]`,
  );
  expect(() => check(ours!, withTrials(theirs!, 'not counted'))).toThrow('count both');
  expect(() => check(uncounted, withTrials(theirs!, 'nothing to tune'))).not.toThrow();
});

it('malformed entries are named', () => {
  expect(() => check(ours!, ours!)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: toy: methods: "ours" occurs twice; name each method once]`,
  );
  expect(() => check(theirs!)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: toy: methods: none has the role "method"; say which is the paper's]`,
  );
  expect(() => check(withTrials(ours!, 1.5))).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: toy: methods: "ours" has 1.5 trials; expected a non-negative integer]`,
  );
  const silent = { ...ours!, tuning: { trials: 1, what: ' ' } };
  expect(() => check(silent)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: toy: methods: "ours" does not say what was tuned; fill in tuning.what]`,
  );
});
