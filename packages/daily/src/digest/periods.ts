/**
 * What a digest is about: a day, an ISO week or a month in UTC, as the days of papers are; and when it
 * is sent: at the reader's hour, the first time after the period is over. So every period is due
 * exactly once, whatever clocks do.
 */
import { DateTime, IANAZone } from 'luxon';

export const cadences = ['daily', 'weekly', 'monthly'] as const;
export type Cadence = (typeof cadences)[number];

export interface Period {
  readonly cadence: Cadence;
  /** `2026-03-05`, `2026-W10` or `2026-03`. */
  readonly name: string;
  /** First and last day, `YYYY-MM-DD`. */
  readonly first: string;
  readonly last: string;
  /** The first moment after it. */
  readonly end: Date;
}

/** When a reader wants to get it. */
export interface DeliveryTime {
  /** Of the day there, from 0 to 23. */
  readonly hour: number;
  /** As the IANA names it; one that is not known any more counts as UTC. */
  readonly timeZone: string;
}

const units = { daily: 'day', weekly: 'week', monthly: 'month' } as const;
const forms = { daily: 'yyyy-MM-dd', weekly: "kkkk-'W'WW", monthly: 'yyyy-MM' } as const;
const patterns = {
  daily: /^\d{4}-\d{2}-\d{2}$/,
  weekly: /^\d{4}-W\d{2}$/,
  monthly: /^\d{4}-\d{2}$/,
} as const;

/** After so many days, a digest that could not be sent is old news. */
const graceDays = { daily: 1, weekly: 3, monthly: 7 } as const;

export function isCadence(text: string): text is Cadence {
  return cadences.some((cadence) => cadence === text);
}

export function isTimeZone(text: string): boolean {
  return IANAZone.isValidZone(text);
}

/** The period in which a moment lies. */
export function periodAt(cadence: Cadence, moment: Date): Period {
  return periodFrom(cadence, DateTime.fromJSDate(moment, { zone: 'utc' }));
}

/** The latest period that is over. */
export function lastPeriod(cadence: Cadence, moment: Date): Period {
  const time = DateTime.fromJSDate(moment, { zone: 'utc' });
  return periodFrom(cadence, time.minus({ [units[cadence]]: 1 }));
}

/** Reads the name of a period; null if there is none of that name, such as week 53 of most years. */
export function parsePeriod(cadence: Cadence, name: string): Period | null {
  if (!patterns[cadence].test(name)) return null;
  const start = DateTime.fromISO(name, { zone: 'utc' });
  return start.isValid ? periodFrom(cadence, start) : null;
}

/** For example `Thursday 5 March 2026`, `the week of 2 to 8 March 2026`, `March 2026`. */
export function periodInWords({ cadence, first, last }: Period): string {
  const from = DateTime.fromISO(first, { zone: 'utc', locale: 'en-GB' });
  if (cadence === 'daily') return from.toFormat('cccc d MMMM yyyy');
  if (cadence === 'monthly') return from.toFormat('MMMM yyyy');
  const to = DateTime.fromISO(last, { zone: 'utc', locale: 'en-GB' });
  const form = from.year !== to.year ? 'd MMMM yyyy' : from.month !== to.month ? 'd MMMM' : 'd';
  return `the week of ${from.toFormat(form)} to ${to.toFormat('d MMMM yyyy')}`;
}

/**
 * When the digest of a period is due: the first time after its end that clocks there show the hour. An
 * hour that clocks skip is the one after it; of one that comes twice, the first after the end counts.
 */
export function dueAt({ end }: Pick<Period, 'end'>, { hour, timeZone }: DeliveryTime): Date {
  const zone = isTimeZone(timeZone) ? timeZone : 'utc';
  const there = DateTime.fromJSDate(end, { zone });
  for (let days = 0; ; days += 1) {
    const { year, month, day } = there.plus({ days });
    const candidates = DateTime.fromObject({ year, month, day, hour }, { zone })
      .getPossibleOffsets()
      .map((candidate) => candidate.toMillis())
      .filter((candidate) => candidate >= end.getTime());
    if (candidates.length > 0) return new Date(Math.min(...candidates));
  }
}

/** The periods whose digest is due and not old news, the earlier first, each with its time. */
export function duePeriods(
  cadence: Cadence,
  time: DeliveryTime,
  now: Date,
): { readonly period: Period; readonly due: Date }[] {
  const oldest = DateTime.fromJSDate(now).minus({ days: graceDays[cadence] }).toMillis();
  const found = [];
  let period = lastPeriod(cadence, now);
  for (;;) {
    const due = dueAt(period, time);
    if (due.getTime() <= oldest) return found.reverse();
    if (due <= now) found.push({ period, due });
    period = periodFrom(cadence, DateTime.fromISO(period.first, { zone: 'utc' }).minus({ day: 1 }));
  }
}

function periodFrom(cadence: Cadence, moment: DateTime): Period {
  const unit = units[cadence];
  const start = moment.startOf(unit);
  const end = start.plus({ [unit]: 1 });
  return {
    cadence,
    name: start.toFormat(forms[cadence]),
    first: start.toFormat(forms.daily),
    last: end.minus({ day: 1 }).toFormat(forms.daily),
    end: end.toJSDate(),
  };
}
