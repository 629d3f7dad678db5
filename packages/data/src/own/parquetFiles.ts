import { stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { AsyncBuffer, FileMetaData } from 'hyparquet';
import { DataError } from '@working-papers/grad';
import { systemError } from '../systemError.ts';
import { folderFiles } from './folderFiles.ts';

/** One Parquet file, or a folder of them; addresses begin with `http://` or `https://`. */
export type ParquetPlace = string | readonly string[];

/** The parts that file names of the Hugging Face hub say. */
export type ParquetPart = 'train' | 'validation' | 'test';

/** An opened Parquet file. */
export interface ParquetFile {
  readonly place: string;
  /** Its path in the folder that was given, else its name; of an address the last two names. */
  readonly id: string;
  /** What its name, or its folder's, says; undefined if nothing, or the same of all files. */
  readonly part: ParquetPart | undefined;
  readonly columns: readonly string[];
  readonly file: AsyncBuffer;
  readonly metadata: FileMetaData;
}

/** One row, with the columns that were asked for. */
export interface ParquetRow {
  /** What messages call it: file and row, counted from 0. */
  readonly name: string;
  /** Unique among the rows of one data set, wherever its files lie. */
  readonly id: string;
  readonly part: ParquetPart | undefined;
  readonly cells: Readonly<Record<string, unknown>>;
}

/** Who asks for a table, and when to stop. */
export interface ParquetReader {
  readonly operation: string;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Opens Parquet files: what lies under a folder in the order of paths, what is listed in that order.
 * Addresses are read by the platform's `fetch`, which knows no proxy settings.
 *
 * @throws {DataError} If there is none, one cannot be read, or only some names say a part.
 */
export async function openParquet(
  place: ParquetPlace,
  reader: ParquetReader,
): Promise<readonly ParquetFile[]> {
  const places = typeof place === 'string' ? await placesIn(place, reader) : place.map(named);
  if (places.length === 0) {
    const what = typeof place === 'string' ? place : 'the list';
    throw new DataError(`${reader.operation}: ${what} holds no .parquet file`);
  }
  const files: ParquetFile[] = [];
  for (const one of places) files.push(await open(one, reader));
  checkNames(files, reader);
  const decides = new Set(files.map(({ part }) => part)).size > 1;
  return decides ? files : files.map((file) => ({ ...file, part: undefined }));
}

function checkNames(files: readonly ParquetFile[], { operation }: ParquetReader): void {
  const unnamed = files.find(({ part }) => part === undefined);
  if (unnamed && files.some(({ part }) => part !== undefined)) {
    throw new DataError(
      `${operation}: the name of ${unnamed.place} says no part (train, validation, test), unlike others; rename it`,
    );
  }
  const twin = files.find(({ id }, i) => files.findIndex((file) => file.id === id) < i);
  if (twin) {
    throw new DataError(
      `${operation}: two files are called ${twin.id}, and rows are named by it; give the folder above them`,
    );
  }
}

/**
 * Reads rows, one row group at a time.
 *
 * @param columns - Names of top-level columns.
 * @throws {DataError} If a column is missing, or a file is torn.
 */
export async function* parquetRows(
  files: readonly ParquetFile[],
  columns: readonly string[],
  reader: ParquetReader,
): AsyncGenerator<ParquetRow, void, void> {
  const { parquetReadObjects } = await import('hyparquet');
  const { compressors } = await import('hyparquet-compressors');
  for (const { place, id, part, file, metadata, columns: present } of files) {
    const missing = columns.find((column) => !present.includes(column));
    if (missing !== undefined) {
      throw new DataError(
        `${reader.operation}: ${place} has no column ${JSON.stringify(missing)}; it has ${present.join(', ')}`,
      );
    }
    let first = 0;
    for (const group of metadata.row_groups) {
      reader.signal?.throwIfAborted();
      const rowStart = first;
      const rowEnd = first + Number(group.num_rows);
      const options = { file, metadata, columns: [...columns], rowStart, rowEnd, compressors };
      const rows = await readable(
        { place, reader, what: `rows ${rowStart} to ${rowEnd - 1}` },
        () => parquetReadObjects({ ...options, utf8: false }),
      );
      for (const [i, cells] of rows.entries()) {
        const row = rowStart + i;
        const name = `${reader.operation}: ${place}, row ${row}`;
        yield { name, id: `${id}:${row}`, part, cells };
      }
      first = rowEnd;
    }
  }
}

interface Named {
  readonly place: string;
  readonly id: string;
}

/** A file by its name, an address with its folder: the hub calls many files `0000.parquet`. */
function named(place: string): Named {
  const id = isAddress(place)
    ? withoutQuery(place).split('/').slice(-2).join('/')
    : basename(place);
  return { place, id };
}

async function placesIn(place: string, { operation }: ParquetReader): Promise<readonly Named[]> {
  if (isAddress(place)) return [named(place)];
  try {
    if (!(await stat(place)).isDirectory()) return [named(place)];
  } catch (cause) {
    const { message } = systemError(cause);
    throw new DataError(`${operation}: cannot read ${place}: ${message}`, { cause });
  }
  const paths = await folderFiles(place, operation);
  return paths
    .filter((path) => path.endsWith('.parquet'))
    .map((path) => ({ place: join(place, path), id: path }));
}

/** `PAR1`, the length of the metadata, `PAR1`. */
const minBytes = 12;

async function open({ place, id }: Named, reader: ParquetReader): Promise<ParquetFile> {
  const { asyncBufferFromFile, asyncBufferFromUrl, parquetMetadataAsync, parquetSchema } =
    await import('hyparquet');
  return readable({ place, reader, what: 'what it holds' }, async () => {
    const requestInit = reader.signal ? { signal: reader.signal } : {};
    const file = isAddress(place)
      ? await asyncBufferFromUrl({ url: place, requestInit })
      : await asyncBufferFromFile(place);
    if (file.byteLength < minBytes) throw new Error(`it has only ${file.byteLength} bytes`);
    const metadata = await parquetMetadataAsync(file);
    const columns = parquetSchema(metadata).children.map(({ element }) => element.name);
    return { place, id, part: partOf(place, id), columns, file, metadata };
  });
}

/**
 * `data/train-00000-of-00002.parquet` and `train/0000.parquet` belong to train. Of a file that was not
 * found in a folder, the name of its own folder counts too.
 */
function partOf(place: string, id: string): ParquetPart | undefined {
  const names = withoutQuery(place).split(/[/\\]/);
  for (const name of names.slice(-Math.max(2, id.split('/').length)).toReversed()) {
    const [, word] = /^(train|validation|valid|val|dev|test)(?![a-z])/i.exec(name) ?? [];
    if (word === undefined) continue;
    const part = word.toLowerCase();
    return part === 'train' || part === 'test' ? part : 'validation';
  }
  return undefined;
}

interface Reading {
  readonly place: string;
  readonly what: string;
  readonly reader: ParquetReader;
}

async function readable<Result>(
  { place, what, reader: { operation, signal } }: Reading,
  action: () => Promise<Result>,
): Promise<Result> {
  try {
    return await action();
  } catch (cause) {
    signal?.throwIfAborted();
    const { message } = systemError(cause);
    const reason = cause instanceof Error && cause.cause ? systemError(cause.cause).message : '';
    const because = reason === '' ? message : `${message}: ${reason}`; // fetch says why in its cause
    throw new DataError(`${operation}: ${place}: cannot read ${what}: ${because}`, { cause });
  }
}

const withoutQuery = (place: string) => place.replace(/^(https?:[^?#]*).*$/, '$1');

const isAddress = (place: string) => /^https?:\/\//.test(place);
