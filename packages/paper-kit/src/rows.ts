import { DataError } from '@working-papers/grad';
import type { Row } from './experiment.ts';

/**
 * Checks one measured row and returns a copy of it, so that the experiment may reuse its object.
 *
 * @param row - What the experiment yielded.
 * @param where - Names the row in the message, for example `subspace-diffusion: B: d = 3: row 12`.
 * @param methods - What may stand in its field `method`, if it has one.
 * @returns The same keys and values: flat, and unchanged by a round trip through JSON.
 * @throws {DataError} If a value is neither text, boolean, null nor a finite number; the message
 * names the key. A measurement that does not exist is null, one that diverged is not a measurement.
 * Or if `method` is none of `methods`: nobody would know what was spent on tuning it.
 */
export function checkRow(row: unknown, where: string, methods: ReadonlySet<string>): Row {
  if (typeof row !== 'object' || row === null || Array.isArray(row)) {
    throw new DataError(`${where} is ${describe(row)}; expected an object of named values`);
  }
  const entries: [string, unknown][] = Object.entries(row);
  if (entries.length === 0) throw new DataError(`${where} is empty; expected named values`);
  const checked: Record<string, string | number | boolean | null> = {};
  for (const [key, value] of entries) {
    if (!isCell(value)) {
      throw new DataError(
        `${where}: ${key} is ${describe(value)}; expected text, a boolean, null or a finite number`,
      );
    }
    // JSON has no -0.
    checked[key] = value === 0 ? 0 : value;
  }
  const { method } = checked;
  if (method !== undefined && !methods.has(String(method))) {
    throw new DataError(
      `${where}: method is "${String(method)}", which the experiment's methods do not list`,
    );
  }
  return checked;
}

function isCell(value: unknown): value is string | number | boolean | null {
  if (typeof value === 'number') return Number.isFinite(value);
  return value === null || typeof value === 'string' || typeof value === 'boolean';
}

function describe(value: unknown): string {
  if (Array.isArray(value)) return `an array of ${value.length}`;
  if (typeof value === 'object' && value !== null) return 'an object';
  if (typeof value === 'function') return 'a function';
  return String(value);
}
