import { short } from '@working-papers/paper-kit';

/** A figure with its interval, for example `accuracy: 0.91, 95 % interval 0.89 to 0.93`. */
export function intervalInWords(figure: {
  readonly metric: string | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}): string {
  if (figure.value === null) return '';
  const value = [figure.metric, short(figure.value)].filter((part) => part !== null).join(': ');
  if (figure.low === null || figure.high === null) return value;
  return `${value}, 95 % interval ${short(figure.low)} to ${short(figure.high)}`;
}

/** A time in words, for example `42 s`, `3 min 5 s` and `1 h 20 min`. */
export function durationInWords(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds));
  if (whole < 60) return `${whole} s`;
  if (whole < 3600) return joinUnits(Math.floor(whole / 60), 'min', whole % 60, 's');
  return joinUnits(Math.floor(whole / 3600), 'h', Math.floor((whole % 3600) / 60), 'min');
}

/** A size in words, for example `2.7 MB`. */
export function bytesInWords(bytes: number): string {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))} kB`;
  if (bytes < 1e9) return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
  return `${(bytes / 1e9).toFixed(1)} GB`;
}

function joinUnits(...parts: [number, string, number, string]): string {
  const [large, largeUnit, small, smallUnit] = parts;
  return `${large} ${largeUnit}${small === 0 ? '' : ` ${small} ${smallUnit}`}`;
}
