import { expect, it } from 'vitest';
import { periodOf, readDay, readMonth, readWeek, weeksOfMonth } from '../../src/reading/periods.ts';

it.each([
  ['2020-W53', '2020-12-28', '2021-01-03'],
  ['2021-W01', '2021-01-04', '2021-01-10'],
  ['2015-W01', '2014-12-29', '2015-01-04'],
  ['2026-W53', '2026-12-28', '2027-01-03'],
  ['2025-W21', '2025-05-19', '2025-05-25'],
  ['2024-W09', '2024-02-26', '2024-03-03'],
])('the week %s goes from %s to %s', (name, first, last) => {
  expect(readWeek(name)).toMatchObject({ kind: 'week', name, first, last });
  expect(periodOf('week', first)).toEqual(readWeek(name));
  expect(periodOf('week', last)).toEqual(readWeek(name));
});

it.each(['2021-W53', '2025-W00', '2025-W54', '2025-W1', '2025-w21', '0000-W01', '2025-21', ''])(
  'there is no week "%s"',
  (text) => {
    expect(readWeek(text)).toBeUndefined();
  },
);

it.each([
  ['2024-02', '2024-02-29', 'February 2024'],
  ['2023-02', '2023-02-28', 'February 2023'],
  ['2025-12', '2025-12-31', 'December 2025'],
])('the month %s ends on %s', (name, last, words) => {
  expect(readMonth(name)).toEqual({ kind: 'month', name, first: `${name}-01`, last, words });
  expect(periodOf('month', last)).toEqual(readMonth(name));
});

it.each(['2025-13', '2025-00', '2025-1', '2025', '25-01'])('there is no month "%s"', (text) => {
  expect(readMonth(text)).toBeUndefined();
});

it('takes only days that exist', () => {
  expect(readDay('2024-02-29')).toMatchObject({ first: '2024-02-29', last: '2024-02-29' });
  expect(readDay('2023-02-29')).toBeUndefined();
});

it('lays a month out in whole weeks from Monday', () => {
  const month = readMonth('2021-01');
  const weeks = month ? weeksOfMonth(month) : [];
  expect(weeks.map(({ week }) => week)).toEqual([
    '2020-W53',
    '2021-W01',
    '2021-W02',
    '2021-W03',
    '2021-W04',
  ]);
  expect(weeks[0]?.days).toEqual([
    '2020-12-28',
    '2020-12-29',
    '2020-12-30',
    '2020-12-31',
    '2021-01-01',
    '2021-01-02',
    '2021-01-03',
  ]);
});
