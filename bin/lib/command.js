import { fileURLToPath } from 'node:url';

/** The folder of the repository, whatever the working directory is. */
export const root = fileURLToPath(new URL('../..', import.meta.url));

/** What a user can mend: shown as one line without a stack trace. */
export class CommandError extends Error {
  /**
   * @param {string} message - What is wrong, with the values, and what to do.
   * @param {number} [exitCode] - 2 for wrong input or surroundings (the default), 1 for failed work.
   */
  constructor(message, exitCode = 2) {
    super(message);
    this.name = 'CommandError';
    this.exitCode = exitCode;
  }
}

/**
 * Runs a command and sets the exit code; a {@link CommandError} becomes one line on stderr.
 *
 * @param {string} name - What the user typed, for example `npm start`.
 * @param {(args: string[]) => Promise<number | void>} run - Returns the exit code; nothing means 0 or
 * what the code that it started sets itself.
 * @returns {Promise<void>}
 */
export async function command(name, run) {
  endWithNpm();
  try {
    const exitCode = await run(process.argv.slice(2));
    if (exitCode !== undefined) process.exitCode = exitCode;
  } catch (error) {
    if (!(error instanceof CommandError)) throw error;
    console.error(`${name}: ${error.message}`);
    process.exitCode = error.exitCode;
  }
}

/** A signal to npm ends npm and its shell and not us: then we are left without a parent. */
function endWithNpm() {
  const parent = process.ppid;
  if (process.env['npm_command'] === undefined) return;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    process.kill(process.pid, 'SIGTERM');
  }, 1000);
  timer.unref();
}

/**
 * @param {unknown} error - Anything that was thrown.
 * @returns {string} Its message in one line.
 */
export function reasonOf(error) {
  return (error instanceof Error ? error.message : String(error)).split('\n', 1)[0] ?? '';
}

/**
 * @param {unknown} error - Anything that was thrown.
 * @returns {string | undefined} The code of an error of the operating system, for example `ENOENT`.
 */
export function codeOf(error) {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}
