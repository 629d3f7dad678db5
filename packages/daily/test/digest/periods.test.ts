import { describe, expect, it } from 'vitest';
import {
  dueAt,
  duePeriods,
  lastPeriod,
  parsePeriod,
  periodAt,
  periodInWords,
  type Cadence,
} from '../../src/digest/periods.ts';

const named = (cadence: Cadence, name: string) => {
  const period = parsePeriod(cadence, name);
  if (period === null) throw new Error(`no period ${name}`);
  return period;
};

describe('periods', () => {
  it.each([
    ['daily', '2028-02-29T12:00:00Z', '2028-02-28', '2028-02-28', '2028-02-28'],
    ['daily', '2028-03-01T00:00:00Z', '2028-02-29', '2028-02-29', '2028-02-29'],
    ['daily', '2027-03-01T00:00:00Z', '2027-02-28', '2027-02-28', '2027-02-28'],
    ['weekly', '2027-01-03T23:59:59Z', '2026-W52', '2026-12-21', '2026-12-27'],
    ['weekly', '2027-01-04T00:00:00Z', '2026-W53', '2026-12-28', '2027-01-03'],
    ['weekly', '2025-01-06T00:00:00Z', '2025-W01', '2024-12-30', '2025-01-05'],
    ['monthly', '2028-03-01T00:00:00Z', '2028-02', '2028-02-01', '2028-02-29'],
    ['monthly', '2027-01-31T00:00:00Z', '2026-12', '2026-12-01', '2026-12-31'],
  ] as const)('the last %s one before %s is %s', (...[cadence, moment, name, first, last]) => {
    expect(lastPeriod(cadence, new Date(moment))).toMatchObject({ name, first, last });
  });

  it('are read by the names that they have', () => {
    for (const [cadence, name] of [
      ['daily', '2028-02-29'],
      ['weekly', '2026-W53'],
      ['weekly', '2020-W53'],
      ['monthly', '2026-12'],
    ] as const) {
      expect(parsePeriod(cadence, name)?.name).toBe(name);
    }
  });

  it.each([
    ['daily', '2027-02-29'],
    ['daily', '2025-13-40'],
    ['daily', '2026-W10'],
    ['weekly', '2025-W53'],
    ['weekly', '2026-W00'],
    ['weekly', '2026-W10-1'],
    ['monthly', '2026-13'],
    ['monthly', '../2026'],
  ] as const)('of the kind %s, none is called %s', (cadence, name) => {
    expect(parsePeriod(cadence, name)).toBeNull();
  });

  it('are told in words, weeks also across months and years', () => {
    const words = [
      named('daily', '2028-02-29'),
      named('weekly', '2026-W10'),
      named('weekly', '2026-W14'),
      named('weekly', '2026-W53'),
      named('monthly', '2026-12'),
    ].map(periodInWords);
    expect(words).toEqual([
      'Tuesday 29 February 2028',
      'the week of 2 to 8 March 2026',
      'the week of 30 March to 5 April 2026',
      'the week of 28 December 2026 to 3 January 2027',
      'December 2026',
    ]);
  });
});

describe('a digest is due', () => {
  it.each([
    // An ordinary day, east and west of Greenwich, with half and quarter hours.
    ['2026-01-14', 7, 'UTC', '2026-01-15T07:00:00Z'],
    ['2026-01-14', 7, 'Europe/Berlin', '2026-01-15T06:00:00Z'],
    ['2026-01-14', 7, 'America/Los_Angeles', '2026-01-15T15:00:00Z'],
    ['2026-01-14', 20, 'America/Los_Angeles', '2026-01-15T04:00:00Z'],
    ['2026-01-14', 7, 'Pacific/Auckland', '2026-01-15T18:00:00Z'],
    ['2026-01-14', 7, 'Asia/Kathmandu', '2026-01-15T01:15:00Z'],
    ['2026-01-14', 7, 'Pacific/Kiritimati', '2026-01-15T17:00:00Z'],
    // The hour that Berlin's clocks skip, 29 March 2026, and the one that they show twice, 25 October.
    ['2026-03-28', 2, 'Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['2026-03-28', 3, 'Europe/Berlin', '2026-03-29T01:00:00Z'],
    ['2026-10-24', 2, 'Europe/Berlin', '2026-10-25T00:00:00Z'],
    ['2026-10-24', 7, 'Europe/Berlin', '2026-10-25T06:00:00Z'],
    // New York, 8 March and 1 November 2026.
    ['2026-03-07', 2, 'America/New_York', '2026-03-08T07:00:00Z'],
    ['2026-10-31', 1, 'America/New_York', '2026-11-01T05:00:00Z'],
    // Lord Howe shifts by half an hour; Santiago skips midnight.
    ['2026-10-02', 2, 'Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
    ['2026-09-05', 0, 'America/Santiago', '2026-09-06T04:00:00Z'],
    // 29 February.
    ['2028-02-28', 23, 'UTC', '2028-02-29T23:00:00Z'],
    ['2028-02-29', 0, 'UTC', '2028-03-01T00:00:00Z'],
    // A zone that is not known any more counts as UTC.
    ['2026-01-14', 7, 'Mars/Olympus', '2026-01-15T07:00:00Z'],
  ])('for %s at %i h in %s: %s', (day, hour, timeZone, expected) => {
    expect(dueAt(named('daily', day), { hour, timeZone })).toEqual(new Date(expected));
  });

  it('on the first day after a week and after a month', () => {
    const time = { hour: 7, timeZone: 'Europe/Berlin' };
    expect(dueAt(named('weekly', '2026-W53'), time)).toEqual(new Date('2027-01-04T06:00:00Z'));
    expect(dueAt(named('monthly', '2028-02'), time)).toEqual(new Date('2028-03-01T06:00:00Z'));
  });

  it.each(['Europe/Berlin', 'America/Santiago'])(
    'exactly once for each day of a year in %s, also around midnight and when clocks change',
    (timeZone) => {
      for (const hour of [0, 1, 2, 7]) {
        const seen: string[] = [];
        for (let i = 0; i < 366; i += 1) {
          const now = new Date(Date.UTC(2027, 0, 1 + i, 12));
          const due = duePeriods('daily', { hour, timeZone }, now);
          seen.push(...due.map(({ period }) => period.name));
        }
        const first = new Date(`${seen[0]}T00:00:00Z`).getTime();
        expect(seen).toEqual(
          seen.map((_, i) => new Date(first + i * 86_400_000).toISOString().slice(0, 10)),
        );
        expect(seen.length).toBeGreaterThan(363);
      }
    },
  );

  it('no more when it is old news', () => {
    const time = { hour: 7, timeZone: 'UTC' };
    const names = (cadence: Cadence, now: string) =>
      duePeriods(cadence, time, new Date(now)).map(({ period }) => period.name);
    expect(names('daily', '2026-01-15T06:59:59Z')).toEqual(['2026-01-13']);
    expect(names('daily', '2026-01-15T07:00:00Z')).toEqual(['2026-01-14']);
    expect(names('weekly', '2026-01-08T06:59:59Z')).toEqual(['2026-W01']);
    expect(names('weekly', '2026-01-08T07:00:00Z')).toEqual([]);
    expect(names('monthly', '2026-03-08T06:59:59Z')).toEqual(['2026-02']);
    expect(names('monthly', '2026-03-08T07:00:00Z')).toEqual([]);
  });

  it('for the period that follows the one of now', () => {
    expect(periodAt('weekly', new Date('2026-12-31T12:00:00Z')).name).toBe('2026-W53');
  });
});
