import type { Configuration } from '../configuration.ts';

/** What is said beside the event: numbers, names and redacted texts; never an address. */
export type LogFields = Readonly<Record<string, string | number | boolean | null | undefined>>;

/** Writes JSON lines. */
export interface Log {
  readonly error: (event: string, fields?: LogFields) => void;
  readonly info: (event: string, fields?: LogFields) => void;
  readonly debug: (event: string, fields?: LogFields) => void;
}

const levels = ['error', 'info', 'debug'] as const;

/**
 * Opens the log: `{"time":…,"level":…,"event":…,…}` per line, of the chosen level and above.
 *
 * @param write - Gets each line with its line feed; default standard error.
 */
export function openLog(
  { WP_LOG }: Pick<Configuration, 'WP_LOG'>,
  write: (line: string) => void = (line) => void process.stderr.write(line),
): Log {
  const at = (level: (typeof levels)[number]) => {
    if (levels.indexOf(level) > levels.indexOf(WP_LOG)) return () => undefined;
    return (event: string, fields: LogFields = {}): void => {
      const time = new Date().toISOString();
      write(`${JSON.stringify({ time, level, event, ...fields })}\n`);
    };
  };
  return { error: at('error'), info: at('info'), debug: at('debug') };
}
