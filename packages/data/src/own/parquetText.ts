import { DataError } from '@working-papers/grad';
import type { TextDataset } from '../dataset.ts';
import { textOf, type RawDocument } from '../files/textFile.ts';
import type { TextPart } from '../sets/dataSet.ts';
import { fractionOf } from '../nameFraction.ts';
import { textPartOf } from '../textPart.ts';
import { openParquet, parquetRows, type ParquetPlace, type ParquetRow } from './parquetFiles.ts';

/** How a table of texts becomes a data set. */
export interface ParquetTextOptions {
  /** Name of the data set. Default `parquet`. */
  readonly name?: string;
  /** Column of texts. Default `text`. */
  readonly textColumn?: string;
  /** Columns of strings or numbers that become labels of the documents. Default none. */
  readonly labelColumns?: readonly string[];
}

const operation = 'readParquetText';

/**
 * Reads texts out of Parquet files as the Hugging Face hub holds them; each row is a document, named by
 * file and row. Where the names of files say `train`, `validation` or `test`, these are the parts, and
 * train is cut into generator (10/17) and judge (7/17) by the hash of the document's name; else that hash
 * decides about all four parts. Nothing is cached.
 *
 * @param place - A file, a folder, an address, or a list of files and addresses.
 * @param options - Columns.
 * @param signal - Ends the work with its reason.
 * @returns What a `DataSource` gives. Parts that no row falls into are empty.
 * @throws {DataError} If a file cannot be read, a column is missing, or a row holds no text; the message
 * names file and row.
 */
export async function readParquetText(
  place: ParquetPlace,
  options: ParquetTextOptions = {},
  signal?: AbortSignal,
): Promise<TextDataset> {
  const { name = 'parquet', textColumn = 'text', labelColumns = [] } = options;
  const reader = { operation, signal };
  const files = await openParquet(place, reader);
  const documents: RawDocument[] = [];
  for await (const row of parquetRows(files, [textColumn, ...labelColumns], reader)) {
    const labels = Object.fromEntries(labelColumns.map((key) => [key, labelOf(row, key)]));
    const text = textOfRow(row, textColumn);
    documents.push({ name: row.id, part: await partOf(row), text, labels });
  }
  return textOf(name, documents);
}

async function partOf({ id, part }: ParquetRow): Promise<TextPart> {
  if (part === undefined) return textPartOf(id);
  if (part !== 'train') return part;
  return (await fractionOf(id)) < 0.5 / 0.85 ? 'generator' : 'judge';
}

function textOfRow({ name, cells }: ParquetRow, column: string): string {
  const cell = cells[column];
  if (typeof cell === 'string') return cell;
  if (!(cell instanceof Uint8Array)) {
    throw new DataError(`${name}: the column ${JSON.stringify(column)} holds no text`);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(cell); // a column without annotation
  } catch (cause) {
    throw new DataError(`${name}: the column ${JSON.stringify(column)} is not UTF-8`, { cause });
  }
}

function labelOf({ name, cells }: ParquetRow, column: string): string {
  const cell = cells[column];
  if (typeof cell === 'string') return cell;
  if (typeof cell === 'number' || typeof cell === 'bigint') return String(cell);
  throw new DataError(
    `${name}: the column ${JSON.stringify(column)} holds neither a number nor a string`,
  );
}
