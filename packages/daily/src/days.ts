/** Days as text, YYYY-MM-DD, in UTC: the form in which they stand in addresses and the database. */

/** Whether the text is a day that exists, for example 2024-02-29 but not 2023-02-29. */
export function isDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** The day at a moment, in UTC. */
export function dayOf(moment: Date): string {
  return moment.toISOString().slice(0, 10);
}

/** A day in words, for example `Friday 23 May 2025`. */
export function dayInWords(day: string): string {
  return format(day, { weekday: 'long', day: 'numeric', month: 'long', year: 'numeric' });
}

/** A day in short, for example `23 May 2025`. */
export function dayInShort(day: string): string {
  return format(day, { day: 'numeric', month: 'short', year: 'numeric' });
}

/** Whether arXiv announces nothing on this day. */
export function isWeekend(day: string): boolean {
  const weekday = new Date(`${day}T00:00:00Z`).getUTCDay();
  return weekday === 0 || weekday === 6;
}

function format(day: string, options: Intl.DateTimeFormatOptions): string {
  return new Intl.DateTimeFormat('en-GB', { ...options, timeZone: 'UTC' })
    .format(new Date(`${day}T00:00:00Z`))
    .replace(',', '');
}
