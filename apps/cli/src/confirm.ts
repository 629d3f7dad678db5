import { createInterface } from 'node:readline/promises';
import { UsageError } from './usageError.ts';

/** What is to be confirmed. */
export interface Question {
  /** `wp data clean`. */
  readonly command: string;
  /** What would happen, for example `remove 3 files, 12 MB`. */
  readonly action: string;
  /** Whether `--yes` was given. */
  readonly isYes: boolean;
}

/**
 * Asks on a terminal; anything but y or yes is a no.
 *
 * @throws {UsageError} If nobody can be asked and there is no `--yes`.
 */
export async function confirm({ command, action, isYes }: Question): Promise<boolean> {
  if (isYes) return true;
  if (process.stdin.isTTY !== true || process.stderr.isTTY !== true) {
    throw new UsageError(`${command}: would ${action}; with --yes it does`);
  }
  const reader = createInterface({ input: process.stdin, output: process.stderr });
  try {
    const answer = await reader.question(`${action[0]?.toUpperCase()}${action.slice(1)}? [y/N] `);
    return /^y(es)?$/i.test(answer.trim());
  } finally {
    reader.close();
  }
}
