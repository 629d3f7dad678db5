import { CronExpressionParser } from 'cron-parser';

/**
 * The latest time that a schedule names before a moment.
 *
 * @param cron - Five fields, in UTC.
 * @throws {Error} If it is none.
 */
export function lastTime(cron: string, before: Date): Date {
  return CronExpressionParser.parse(cron, { currentDate: before, tz: 'UTC' }).prev().toDate();
}
