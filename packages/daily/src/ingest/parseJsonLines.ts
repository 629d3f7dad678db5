import { collectRecords, type ReadRecords } from './ingestedPaper.ts';

/**
 * Reads papers as JSON, one on each line, in the form of `IngestedPaper` with dates as text; empty lines
 * are passed over.
 *
 * @returns The papers, and what is wrong with the other lines.
 */
export function parseJsonLines(text: string): ReadRecords {
  const records = collectRecords();
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue;
    const at = `line ${index + 1}`;
    try {
      const value: unknown = JSON.parse(line);
      records.add(at, value);
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error;
      records.reject(at, 'is not JSON');
    }
  }
  return records;
}
