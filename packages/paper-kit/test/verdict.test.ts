import { describe, expect, it } from 'vitest';
import { compareWithBound, short, untestable } from '../src/index.ts';
import { checkVerdict } from '../src/verdict.ts';

describe('compareWithBound', () => {
  const error = { value: 0.02, metric: 'error' };

  it.each([
    [[0.01, 0.03], { below: 0.05 }, 'holds'],
    [[0.01, 0.05], { below: 0.05 }, 'partly'],
    [[0.01, 0.03], { below: 0.02 }, 'partly'],
    [[0.01, 0.03], { below: 0.01 }, 'fails'],
    [[0.01, 0.03], { above: 0.005 }, 'holds'],
    [[0.01, 0.03], { above: 0.02 }, 'partly'],
    [[0.01, 0.03], { above: 0.03 }, 'fails'],
  ] as const)('of %j expected %j: %s', (interval, expected, outcome) => {
    expect(compareWithBound({ ...error, interval, expected }).outcome).toBe(outcome);
  });

  it('says figure, interval and rule', () => {
    expect(
      compareWithBound({ ...error, interval: [0.01, 0.03], expected: { below: 0.05 } }),
    ).toEqual({
      outcome: 'holds',
      measured: 'error 0.02',
      value: 0.02,
      interval: [0.01, 0.03],
      metric: 'error',
      rule: '95 % interval of error below 0.05',
    });
  });
});

describe('checkVerdict', () => {
  const verdict = { outcome: 'holds', measured: 'x', rule: 'y', value: 1 } as const;

  it('passes what is well formed', () => {
    expect(checkVerdict(untestable('needs FFHQ'), 'toy')).toMatchObject({ outcome: 'untestable' });
    expect(checkVerdict({ ...verdict, interval: [1, 1] }, 'toy').interval).toEqual([1, 1]);
  });

  it.each([
    [{ ...verdict, value: Infinity }, 'value is Infinity'],
    [{ ...verdict, measured: ' ' }, 'measured is empty'],
    [{ ...verdict, rule: '' }, 'rule is empty'],
    [{ ...verdict, outcome: 'not measured' as const }, '"not measured", but value is 1'],
    [{ ...verdict, interval: [2, 1] as const }, 'the interval [2, 1] is not finite and in order'],
    [{ ...verdict, interval: [0, Number.NaN] as const }, 'the interval [0, NaN]'],
  ])('refuses %j', (wrong, message) => {
    expect(() => checkVerdict(wrong, 'toy: c1')).toThrow(`toy: c1: ${message}`);
  });
});

it('short keeps four significant digits and switches to powers of ten at the ends', () => {
  expect([0, 1.23456, 2, 123456.7, 1e6, 0.00012346, 0.00009, -1234567].map(short)).toEqual([
    '0',
    '1.235',
    '2',
    '123500',
    '1.00e+6',
    '0.0001235',
    '9.00e-5',
    '-1.23e+6',
  ]);
});
