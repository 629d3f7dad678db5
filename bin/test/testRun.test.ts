import { expect, it } from 'vitest';
import { countTests, summaryOf } from '../lib/testRun.js';

const test = (status: string, fullName = status) => ({ status, fullName });

it('counts passed, failed and skipped tests, those to do among the skipped', () => {
  const tests = [
    test('passed'),
    test('passed'),
    test('failed'),
    test('pending', 'a'),
    test('todo', 'b'),
  ];
  const report = { testResults: [{ status: 'failed', assertionResults: tests }] };
  expect(countTests(report, false)).toEqual({ passed: 2, failed: 1, skipped: ['a', 'b'] });
});

it('counts a file that broke before its tests as one failure', () => {
  const broken = { status: 'failed', assertionResults: [] };
  const well = { status: 'passed', assertionResults: [test('passed')] };
  expect(countTests({ testResults: [broken, broken, well] }, false)).toMatchObject({
    passed: 1,
    failed: 2,
  });
});

it('counts a run that failed without a failed test, or without a report, as one failure', () => {
  const well = { status: 'passed', assertionResults: [test('passed')] };
  expect(countTests({ testResults: [well] }, false)).toMatchObject({ passed: 1, failed: 1 });
  expect(countTests(undefined, false)).toMatchObject({ passed: 0, failed: 1 });
  expect(countTests({ testResults: [well] }, true)).toMatchObject({ passed: 1, failed: 0 });
});

it('adds up, and never says that nothing failed when something did', () => {
  const counts = [
    { passed: 3, failed: 0, skipped: ['a'] },
    { passed: 4, failed: 0, skipped: ['b', 'c'] },
  ];
  expect(summaryOf(counts, true)).toBe('7 passed, 0 failed, 3 skipped');
  expect(summaryOf(counts, false)).toBe('7 passed, 1 failed, 3 skipped');
  expect(summaryOf([], false)).toBe('0 passed, 1 failed, 0 skipped');
});
