const steps = [
  ['minute', 60],
  ['hour', 3600],
  ['day', 86_400],
] as const;

/** How long ago something was, for example `3 hours ago`; `just now` within a minute. */
export function ageInWords(moment: Date, now: Date): string {
  const seconds = (now.getTime() - moment.getTime()) / 1000;
  const step = steps.findLast(([, length]) => seconds >= length);
  if (step === undefined) return 'just now';
  const [unit, length] = step;
  const count = Math.floor(seconds / length);
  return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
}

/** When a schedule runs, in words where it is of a usual form: `every day at 03:00 UTC`. */
export function scheduleInWords(cron: string | null): string {
  if (cron === null) return 'when asked for';
  const minutes = /^\*\/(\d+) \* \* \* \*$/.exec(cron)?.[1];
  if (minutes !== undefined) return `every ${minutes} minutes`;
  const [, minute, hour, days] = /^(\d+) (\d+) \* \* (\*|1-5)$/.exec(cron) ?? [];
  if (minute === undefined || hour === undefined) return cron;
  const time = `${hour.padStart(2, '0')}:${minute.padStart(2, '0')} UTC`;
  return `${days === '*' ? 'every day' : 'Monday to Friday'} at ${time}`;
}

/** A size in words, for example `12.3 MB`. */
export function sizeInWords(bytes: number): string {
  const [unit, size] = bytes < 1e9 ? ['MB', 1e6] : ['GB', 1e9];
  return `${(bytes / Number(size)).toFixed(1)} ${unit}`;
}
