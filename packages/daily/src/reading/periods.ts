import { dayInWords, dayOf, isDay } from '../days.ts';

/** A stretch of days with an address of its own. */
export interface Period {
  readonly kind: 'day' | 'week' | 'month';
  /** As it stands in the address: `2025-05-23`, `2025-W21` or `2025-05`. */
  readonly name: string;
  readonly first: string;
  readonly last: string;
  /** For example `Week 21 of 2025`. */
  readonly words: string;
}

const oneDay = 86_400_000;

/** The day that a text names, if it exists. */
export function readDay(text: string): Period | undefined {
  if (!isDay(text)) return undefined;
  return { kind: 'day', name: text, first: text, last: text, words: dayInWords(text) };
}

/**
 * The ISO 8601 week that a text such as `2020-W53` names, from Monday to Sunday; undefined if its year
 * has no such week.
 */
export function readWeek(text: string): Period | undefined {
  const [, year, week] = /^(\d{4})-W(\d{2})$/.exec(text) ?? [];
  if (year === undefined || week === undefined || year === '0000') return undefined;
  // The 4th of January always lies in the first week.
  const fourth = Date.parse(`${year}-01-04T00:00:00Z`);
  const monday = fourth + (Number(week) * 7 - 7 - daysSinceMonday(fourth)) * oneDay;
  const period = weekFrom(monday);
  return period.name === text ? period : undefined;
}

/** The month that a text such as `2025-05` names. */
export function readMonth(text: string): Period | undefined {
  const first = `${text}-01`;
  if (!/^\d{4}-\d{2}$/.test(text) || !isDay(first)) return undefined;
  const next = new Date(`${first}T00:00:00Z`);
  next.setUTCMonth(next.getUTCMonth() + 1);
  const words = new Intl.DateTimeFormat('en-GB', {
    month: 'long',
    year: 'numeric',
    timeZone: 'UTC',
  });
  return {
    kind: 'month',
    name: text,
    first,
    last: dayOf(new Date(next.getTime() - oneDay)),
    words: words.format(Date.parse(`${first}T00:00:00Z`)),
  };
}

/** The week, month or day itself in which a day lies. */
export function periodOf(kind: Period['kind'], day: string): Period {
  const moment = Date.parse(`${day}T00:00:00Z`);
  const period =
    kind === 'week'
      ? weekFrom(moment - daysSinceMonday(moment) * oneDay)
      : kind === 'month'
        ? readMonth(day.slice(0, 7))
        : readDay(day);
  if (period === undefined) throw new Error(`internal: "${day}" is not a day`);
  return period;
}

/** The weeks, each with its seven days, that have a day in a month. */
export function weeksOfMonth(
  month: Period,
): readonly { readonly week: string; readonly days: readonly string[] }[] {
  const weeks = [];
  const firstDay = Date.parse(`${month.first}T00:00:00Z`);
  const lastDay = Date.parse(`${month.last}T00:00:00Z`);
  for (
    let monday = firstDay - daysSinceMonday(firstDay) * oneDay;
    monday <= lastDay;
    monday += 7 * oneDay
  ) {
    const days = [0, 1, 2, 3, 4, 5, 6].map((i) => dayOf(new Date(monday + i * oneDay)));
    weeks.push({ week: weekFrom(monday).name, days });
  }
  return weeks;
}

function weekFrom(monday: number): Period {
  // A week belongs to the year of its Thursday.
  const thursday = new Date(monday + 3 * oneDay);
  const year = thursday.getUTCFullYear();
  const number = 1 + Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * oneDay));
  return {
    kind: 'week',
    name: `${String(year).padStart(4, '0')}-W${String(number).padStart(2, '0')}`,
    first: dayOf(new Date(monday)),
    last: dayOf(new Date(monday + 6 * oneDay)),
    words: `Week ${number} of ${year}`,
  };
}

function daysSinceMonday(moment: number): number {
  return (new Date(moment).getUTCDay() + 6) % 7;
}
