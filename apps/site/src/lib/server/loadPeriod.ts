import { error } from '@sveltejs/kit';
import { dayInShort, dayOf, isWeekend } from '@working-papers/daily/days';
import {
  listPapers,
  neighbours,
  papersPerDay,
  periodOf,
  weeksOfMonth,
  type Connection,
  type Period,
} from '@working-papers/daily';
import { readListOptions } from './listOptions.ts';
import { periodLinks } from './periodLinks.ts';
import type { Site } from './site.ts';

/** A month as a table of days. */
export interface CalendarMonth {
  readonly month: { readonly name: string; readonly words: string };
  readonly weeks: readonly {
    readonly week: string;
    readonly days: readonly {
      readonly day: string;
      readonly words: string;
      readonly papers: number;
      readonly isInMonth: boolean;
      readonly isShown: boolean;
    }[];
  }[];
}

/**
 * Data of the page of a day, week or month.
 *
 * @param period - Undefined if the address means none.
 * @param expected - What such an address looks like.
 */
export async function loadPeriod(
  { locals, url }: { readonly locals: { readonly site: Site }; readonly url: URL },
  period: Period | undefined,
  expected: { readonly text: string; readonly noun: string; readonly example: string },
) {
  const newest = { href: '/', text: 'The newest papers' };
  if (period === undefined) {
    error(400, {
      message: `“${expected.text}” is not a ${expected.noun}. Addresses of ${expected.noun}s look like ${expected.example}.`,
      links: [newest],
    });
  }
  if (period.first > dayOf(new Date())) {
    error(404, {
      message: `${expected.text} has not come yet (days are counted in UTC).`,
      links: [newest],
    });
  }
  const { database } = locals.site;
  const options = readListOptions(url, 'votes');
  const [list, around, calendar] = await Promise.all([
    listPapers(database, { kind: 'period', period }, options),
    neighbours(database, period.first, period.last),
    calendarOf(database, period),
  ]);
  const shown = period.kind === 'day' ? period.first : (list.papers[0]?.day ?? period.first);
  const links = periodLinks(period, around, shown);
  return {
    period,
    ...list,
    order: options.order,
    isFirstPage: options.after === '',
    shown,
    links,
    nearest: isNearer(period, around.later, around.earlier) ? links.later : links.earlier,
    isWeekend: period.kind === 'day' && isWeekend(period.first),
    calendar,
  };
}

/** Whether the later of two days is fewer days away from a period; of two equal ones the earlier wins. */
function isNearer({ first, last }: Period, later: string | null, earlier: string | null): boolean {
  if (later === null || earlier === null) return earlier === null;
  return Date.parse(later) - Date.parse(last) < Date.parse(first) - Date.parse(earlier);
}

async function calendarOf(connection: Connection, period: Period): Promise<CalendarMonth> {
  // A week is shown in the month of its Thursday, as it belongs to that day's year.
  const month = periodOf('month', period.kind === 'week' ? thursdayOf(period) : period.first);
  const weeks = weeksOfMonth(month);
  const first = weeks[0]?.days[0] ?? month.first;
  const last = weeks.at(-1)?.days.at(-1) ?? month.last;
  const counts = await papersPerDay(connection, { first, last });
  return {
    month,
    weeks: weeks.map(({ week, days }) => ({
      week,
      days: days.map((day) => ({
        day,
        words: dayInShort(day),
        papers: counts.get(day) ?? 0,
        isInMonth: day >= month.first && day <= month.last,
        isShown: period.kind !== 'month' && day >= period.first && day <= period.last,
      })),
    })),
  };
}

function thursdayOf({ first }: Period): string {
  return dayOf(new Date(Date.parse(`${first}T00:00:00Z`) + 3 * 86_400_000));
}
