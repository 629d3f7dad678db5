import { csvFormatRows } from 'd3-dsv';

/** A value of a cell. */
export type CsvValue = string | number | boolean | null | undefined;

/**
 * Rows as CSV (RFC 4180) with a header, which opens in a spreadsheet without running anything: a text
 * that begins like a formula gets an apostrophe before it.
 *
 * @param rows - Columns are their keys, in the order in which they first occur; absent values are empty.
 */
export function csvText(rows: readonly Readonly<Record<string, CsvValue>>[]): string {
  const columns = [...new Set(rows.flatMap((row) => Object.keys(row)))];
  const lines = rows.map((row) => columns.map((column) => cell(row[column])));
  return `${csvFormatRows([columns.map(cell), ...lines])}\n`;
}

function cell(value: CsvValue): string {
  if (value === null || value === undefined) return '';
  const text = String(value);
  return typeof value === 'string' && /^[\s]*[=+\-@\t\r]/.test(text) ? `'${text}` : text;
}
