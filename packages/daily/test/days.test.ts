import { describe, expect, it } from 'vitest';
import { dayInShort, dayInWords, dayOf, isDay, isWeekend } from '../src/days.ts';
import { nameId } from '../src/nameId.ts';

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

it('makes addresses of names', () => {
  expect(nameId('José Álvarez')).toBe('jose-alvarez');
  expect(nameId('  University of California, Berkeley ')).toBe('university-of-california-berkeley');
  expect(nameId('李明')).toBe('李明');
});
