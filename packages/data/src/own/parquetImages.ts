import type { FileMetaData } from 'hyparquet';
import { ConfigError, DataError } from '@working-papers/grad';
import type { ImageDataset } from '../dataset.ts';
import { fractionOf } from '../nameFraction.ts';
import {
  openParquet,
  parquetRows,
  type ParquetFile,
  type ParquetPlace,
  type ParquetRow,
} from './parquetFiles.ts';
import { decodePictures, type PictureFile, type PictureOptions } from './pictures.ts';

/** How a table of pictures becomes a data set. */
export interface ParquetImageOptions extends PictureOptions {
  /** Name of the data set. Default `parquet`. */
  readonly name?: string;
  /** Column of encoded pictures: bytes, or a group with `bytes`. Default `image`. */
  readonly imageColumn?: string;
  /** Column of classes: numbers or strings. Default `label`. */
  readonly labelColumn?: string;
  /** Names of the classes 0, 1, … Default: as the file's Hugging Face metadata says, else the values. */
  readonly classNames?: readonly string[];
  /** Share of the rows that test, where the names of files say no part. Default 0.2. */
  readonly testFraction?: number;
}

const operation = 'readParquetImages';

/**
 * Reads pictures out of Parquet files as the Hugging Face hub holds them. Files whose name begins with
 * `train` train; those of `test` test, or those of `validation` if there is no test. The result is what a
 * `DataSource` gives; nothing is cached.
 *
 * @param place - A file, a folder, an address, or a list of files and addresses.
 * @param options - Size of the images, columns, classes.
 * @param signal - Ends the work with its reason.
 * @throws {DataError} If a file cannot be read, a column is missing, or a row holds no picture or class;
 * the message names file and row.
 * @throws {ConfigError} If an option is out of range or has no effect.
 */
export async function readParquetImages(
  place: ParquetPlace,
  options: ParquetImageOptions,
  signal?: AbortSignal,
): Promise<ImageDataset> {
  const { name = 'parquet', imageColumn = 'image', labelColumn = 'label' } = options;
  const reader = { operation, signal };
  const files = await openParquet(place, reader);
  const partOf = partition(files, options.testFraction);
  const classNames = options.classNames ?? featureNames(files, labelColumn);
  const pictures: PictureFile[] = [];
  for await (const row of parquetRows(files, [imageColumn, labelColumn], reader)) {
    const part = await partOf(row);
    if (part === undefined) continue;
    const bytes = pictureOf(row, imageColumn);
    const className = classOf(row, labelColumn, classNames);
    pictures.push({ name: row.name, className, part, read: () => Promise.resolve(bytes) });
  }
  return decodePictures(name, pictures, { ...options, classNames, operation }, signal);
}

/** Which rows train and which test; undefined for those that do neither. */
function partition(files: readonly ParquetFile[], testFraction?: number) {
  if (files.some(({ part }) => part !== undefined)) {
    if (testFraction !== undefined) {
      throw new ConfigError(
        `${operation}: testFraction = ${testFraction} has no effect: the names of the files say what they are for; leave it out`,
      );
    }
    const heldOut = files.some(({ part }) => part === 'test') ? 'test' : 'validation';
    return ({ part }: ParquetRow) => {
      if (part === 'train') return Promise.resolve('train' as const);
      return Promise.resolve(part === heldOut ? ('test' as const) : undefined);
    };
  }
  const fraction = testFraction ?? 0.2;
  if (!(fraction > 0 && fraction < 1)) {
    throw new ConfigError(`${operation}: testFraction = ${fraction} is not between 0 and 1`);
  }
  return async ({ id }: ParquetRow) => ((await fractionOf(id)) < fraction ? 'test' : 'train');
}

function pictureOf({ name, cells }: ParquetRow, column: string): Uint8Array {
  const cell = cells[column];
  const bytes: unknown =
    typeof cell === 'object' && cell !== null && 'bytes' in cell ? cell.bytes : cell;
  if (bytes instanceof Uint8Array) return bytes;
  throw new DataError(`${name}: the column ${JSON.stringify(column)} holds no bytes of a picture`);
}

function classOf(
  { name, cells }: ParquetRow,
  column: string,
  classNames: readonly string[] | undefined,
): string {
  const cell = cells[column];
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number' || typeof cell === 'bigint') {
    if (!classNames) return String(cell);
    const className = classNames[Number(cell)];
    if (className !== undefined) return className;
    throw new DataError(
      `${name}: is of the class ${cell}; the classes are 0 to ${classNames.length - 1}`,
    );
  }
  throw new DataError(
    `${name}: the column ${JSON.stringify(column)} holds neither a number nor a string`,
  );
}

/** The names that `datasets` stores with a column of classes. */
function featureNames(
  files: readonly ParquetFile[],
  column: string,
): readonly string[] | undefined {
  const [first] = files;
  const stored = first && hubMetadata(first.metadata);
  let found: unknown = stored;
  for (const key of ['info', 'features', column, 'names']) {
    if (typeof found !== 'object' || found === null) return undefined;
    found = new Map<string, unknown>(Object.entries(found)).get(key);
  }
  if (!Array.isArray(found) || !found.every((name) => typeof name === 'string')) return undefined;
  return found;
}

function hubMetadata({ key_value_metadata: entries = [] }: FileMetaData): unknown {
  const text = entries.find(({ key }) => key === 'huggingface')?.value;
  try {
    return text === undefined ? undefined : JSON.parse(text);
  } catch {
    return undefined; // not what `datasets` writes: the values name the classes
  }
}
