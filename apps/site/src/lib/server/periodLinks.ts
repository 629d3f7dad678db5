import { dayInShort } from '@working-papers/daily/days';
import { periodOf, type Neighbours, type Period } from '@working-papers/daily';

/** Where a period's page lies. */
export interface PeriodLink {
  readonly href: string;
  readonly words: string;
  /** Whether it is the page itself. */
  readonly isHere: boolean;
}

/** The ways from one period to others. */
export interface PeriodLinks {
  /** `Day`, `Week` or `Month`. */
  readonly noun: string;
  /** The nearest with papers. */
  readonly earlier: PeriodLink | null;
  readonly later: PeriodLink | null;
  readonly day: PeriodLink;
  readonly week: PeriodLink;
  readonly month: PeriodLink;
}

const nouns = { day: 'Day', week: 'Week', month: 'Month' } as const;
const folders = { day: 'date', week: 'week', month: 'month' } as const;

/**
 * Links of a period.
 *
 * @param around - Days with papers before and after it.
 * @param shown - The day of it which the link to its day means; default the first.
 */
export function periodLinks(period: Period, around: Neighbours, shown = period.first): PeriodLinks {
  const { kind } = period;
  const beside = (day: string | null) => (day === null ? null : linkOf(periodOf(kind, day), false));
  const of = (other: Period['kind']) =>
    linkOf(kind === other ? period : periodOf(other, shown), kind === other);
  return {
    noun: nouns[kind],
    earlier: beside(around.earlier),
    later: beside(around.later),
    day: of('day'),
    week: of('week'),
    month: of('month'),
  };
}

function linkOf({ kind, name, words }: Period, isHere: boolean): PeriodLink {
  const text = kind === 'day' ? dayInShort(name) : words;
  return { href: `/papers/${folders[kind]}/${name}`, words: text, isHere };
}
