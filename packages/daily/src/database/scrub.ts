import { DatabaseError } from './database.ts';

/**
 * An error without the query, its parameters and any value: drivers put them into their errors, and
 * none may reach a log or an answer.
 *
 * @param error - As the driver threw it.
 */
export function scrub(error: unknown): DatabaseError {
  const { code, message, constraint } = Object.assign(
    { code: 'engine', message: String(error), constraint: '' },
    error,
    error instanceof Error ? { message: error.message } : {},
  );
  if (!/^[0-9A-Z]{5}$/.test(code)) return new DatabaseError('engine', `database: ${message}`);
  const isAboutData = code.startsWith('22') || code.startsWith('23');
  const what = isAboutData ? `a value was refused${constraint && ` by ${constraint}`}` : message;
  return new DatabaseError(code, `database: ${what} (SQLSTATE ${code})`);
}
