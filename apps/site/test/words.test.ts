import { describe, expect, it } from 'vitest';
import { byline, countOf } from '../src/lib/byline.ts';
import { bytesInWords, durationInWords, intervalInWords } from '../src/lib/figures.ts';

describe('byline', () => {
  it('names up to four authors', () => {
    expect(byline(['A', 'B', 'C', 'D'], 4)).toBe('A, B, C, D');
  });

  it('names three of more, and counts those whose names are not known', () => {
    expect(byline(['A', 'B', 'C', 'D', 'E'], 5)).toBe('A, B, C and 2 more');
    expect(byline(['A'], 7)).toBe('A and 6 more');
    expect(byline([], 1)).toBe('1 author');
    expect(byline([], 0)).toBe('');
  });
});

it('says counts, times, sizes and intervals as people do', () => {
  expect([countOf(1, 'paper'), countOf(0, 'paper')]).toEqual(['1 paper', '0 papers']);
  expect([0.4, 59.6, 185, 3600, 4800].map(durationInWords)).toEqual([
    '0 s',
    '1 min',
    '3 min 5 s',
    '1 h',
    '1 h 20 min',
  ]);
  expect([200, 24_000, 2_690_000, 54_950_560, 3.2e9].map(bytesInWords)).toEqual([
    '1 kB',
    '24 kB',
    '2.7 MB',
    '55 MB',
    '3.2 GB',
  ]);
  const figure = { metric: 'accuracy', value: 0.91234, low: 0.9, high: 0.92 };
  expect(intervalInWords(figure)).toBe('accuracy: 0.9123, 95 % interval 0.9 to 0.92');
  expect(intervalInWords({ ...figure, metric: null, low: null })).toBe('0.9123');
  expect(intervalInWords({ ...figure, value: null })).toBe('');
});
