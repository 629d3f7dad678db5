import { backendNames, type BackendName } from './backend.ts';
import { inWords } from './nearest.ts';
import { UsageError } from './usageError.ts';

/**
 * Reads an option that is a whole number.
 *
 * @param command - Begins the message: `wp run`.
 * @throws {UsageError} From the parser, if it is none or below `least`.
 */
export function atLeast(least: number, option: string, command: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (!/^\d+$/.test(text) || !Number.isSafeInteger(value) || value < least) {
      const expected = least === 0 ? 'a non-negative integer' : 'a positive integer';
      throw new UsageError(`${command}: ${option} "${text}" is not ${expected}`);
    }
    return value;
  };
}

/** Reads the name of a backend; throws as {@link oneOf}. */
export function backendFor(command: string): (text: string) => BackendName {
  return oneOf(backendNames, 'backend', command);
}

/**
 * Reads an option with a few values.
 *
 * @param what - What the values are, in the singular.
 * @throws {UsageError} From the parser, if it is none of them.
 */
export function oneOf<const Name extends string>(
  names: readonly Name[],
  what: string,
  command: string,
): (text: string) => Name {
  return (text) => {
    const name = names.find((known) => known === text);
    if (name !== undefined) return name;
    throw new UsageError(`${command}: no ${what} "${text}"; the ${what}s are ${inWords(names)}`);
  };
}
