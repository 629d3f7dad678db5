import { createReadStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { DataError } from '@working-papers/grad';
import type { z } from 'zod';
import {
  hashLines,
  snapshotFooter,
  snapshotHeader,
  tableFooter,
  tableHeader,
  type SnapshotHeader,
  type TableHeader,
} from './snapshotFormat.ts';

/** The parts of a snapshot in their order. */
export type SnapshotPart =
  | { readonly kind: 'header'; readonly header: SnapshotHeader }
  | { readonly kind: 'table'; readonly table: TableHeader }
  | { readonly kind: 'row'; readonly row: string }
  | { readonly kind: 'tableEnd'; readonly table: TableHeader; readonly sha256: string };

/**
 * Reads a snapshot. Its checksums are compared on the way, so whoever reads to the end without an error
 * has seen all of it, unaltered.
 *
 * @throws {DataError} If the file cannot be read, is no snapshot, was cut off or altered; with the line.
 */
export async function* readSnapshot(file: string): AsyncGenerator<SnapshotPart, undefined> {
  const cursor = openLines(file);
  const all = hashLines();
  const take = async (): Promise<string> => {
    const line = await cursor.next();
    all.add(line);
    return line;
  };
  yield { kind: 'header', header: cursor.parse(snapshotHeader, await take()) };
  for (let tables = 0; ; tables++) {
    const line = await cursor.next();
    const footer = line.startsWith('{"end"') ? cursor.parse(snapshotFooter, line) : undefined;
    if (footer !== undefined) {
      if (footer.tables !== tables)
        cursor.fail(`says ${footer.tables} tables, there are ${tables}`);
      if (footer.sha256 !== all.digest()) cursor.fail('has another checksum than the lines before');
      await cursor.end();
      return undefined;
    }
    all.add(line);
    const table = cursor.parse(tableHeader, line);
    yield { kind: 'table', table };
    const ofRows = hashLines();
    for (let position = 0; position < table.rows; position++) {
      const row = await take();
      ofRows.add(row);
      yield { kind: 'row', row };
    }
    const { sha256 } = cursor.parse(tableFooter, await take());
    if (sha256 !== ofRows.digest())
      cursor.fail(`has another checksum than the rows of ${table.table}`);
    yield { kind: 'tableEnd', table, sha256 };
  }
}

function openLines(file: string) {
  const lines = linesOf(file);
  let position = 0;
  const fail = (problem: string, cause?: unknown): never => {
    throw new DataError(
      `snapshot: line ${position} of ${file} ${problem}; it was altered or cut off, use another`,
      { cause },
    );
  };
  const read = async () => {
    position++;
    try {
      return await lines.next();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      return fail(`cannot be read (${reason})`, cause);
    }
  };
  return {
    fail,
    next: async (): Promise<string> => {
      const { value, done } = await read();
      return done === true ? fail('is missing') : value;
    },
    end: async (): Promise<void> => {
      if ((await read()).done !== true) fail('comes after the end');
    },
    parse: <Value>(form: z.ZodType<Value>, line: string): Value => {
      try {
        return form.parse(JSON.parse(line));
      } catch (cause) {
        return fail('is not what a snapshot has there', cause);
      }
    },
  };
}

/** Cut at line feeds alone: others, such as U+2028, may stand inside a text. */
async function* linesOf(file: string): AsyncGenerator<string, undefined> {
  let rest = '';
  for await (const chunk of textOf(file)) {
    const pieces = `${rest}${String(chunk)}`.split('\n');
    rest = pieces.pop() ?? '';
    yield* pieces;
  }
  if (rest !== '') yield rest;
  return undefined;
}

function textOf(file: string): Readable {
  const source = createReadStream(file);
  if (!file.endsWith('.gz')) return source.setEncoding('utf8');
  const text = createGunzip();
  source.once('error', (error) => text.destroy(error));
  return source.pipe(text).setEncoding('utf8');
}
