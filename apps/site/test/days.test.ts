import { describe, expect, it } from 'vitest';
import { byline, countOf } from '../src/lib/byline.ts';
import { dayInShort, dayInWords, dayOf, isDay, isWeekend } from '../src/lib/days.ts';
import { bytesInWords, durationInWords, intervalInWords } from '../src/lib/figures.ts';
import { nameId } from '../src/lib/server/nameId.ts';

describe('isDay', () => {
  it.each(['2024-02-29', '2025-12-31', '1999-01-01'])('accepts %s', (text) => {
    expect(isDay(text)).toBe(true);
  });

  it.each(['2023-02-29', '2025-13-40', '2025-1-1', '2025-00-10', '20250101', '', '2025-06-31x'])(
    'refuses "%s"',
    (text) => {
      expect(isDay(text)).toBe(false);
    },
  );
});

it('counts days in UTC', () => {
  expect(dayOf(new Date('2025-05-23T23:59:59Z'))).toBe('2025-05-23');
  expect(dayInWords('2025-05-23')).toBe('Friday 23 May 2025');
  expect(dayInShort('2024-09-04')).toMatch(/^4 Sept? 2024$/);
});

it('knows weekends', () => {
  expect(['2025-05-23', '2025-05-24', '2025-05-25', '2025-05-26'].map(isWeekend)).toEqual([
    false,
    true,
    true,
    false,
  ]);
});

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

it('makes addresses of names', () => {
  expect(nameId('José Álvarez')).toBe('jose-alvarez');
  expect(nameId('  University of California, Berkeley ')).toBe('university-of-california-berkeley');
  expect(nameId('李明')).toBe('李明');
});
