import type { Row } from '@working-papers/paper-kit';

/** The rows that have all the values of `like`. */
export function rowsLike(rows: readonly Row[], like: Row): readonly Row[] {
  const wanted = Object.entries(like);
  return rows.filter((row) => wanted.every(([key, value]) => row[key] === value));
}

/** A number of a row that has it by construction. */
export function num(row: Row, key: string): number {
  const value = row[key];
  if (typeof value !== 'number') {
    throw new Error(`internal: ${key} is ${String(value)} in a row of ${String(row['method'])}`);
  }
  return value;
}

/** A number of every row. */
export function valuesOf(rows: readonly Row[], key: string): number[] {
  return rows.map((row) => num(row, key));
}

/** The numbers that a row holds as text. */
export function listOf(row: Row, key: string): number[] {
  return String(row[key]).split(' ').map(Number);
}
