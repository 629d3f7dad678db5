import { readFile, stat } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { DataError } from '@working-papers/grad';
import type { TextDataset } from '../dataset.ts';
import { textOf, type RawDocument } from '../files/textFile.ts';
import { textParts, type TextPart } from '../sets/dataSet.ts';
import { systemError } from '../systemError.ts';
import { textPartOf } from '../textPart.ts';
import { folderFiles } from './folderFiles.ts';

const operation = 'readText';

/**
 * Reads a folder of text files, each of which is one document, or one text file. Documents are cut into
 * parts by the hash of their path in the folder, as the texts of the catalogue are by name; one file is
 * cut by position at ends of lines: 50 % generator, 35 % judge, 5 % validation, 10 % test. Nothing is
 * cached.
 *
 * @param path - A file in UTF-8, or a folder of such files; hidden ones do not count.
 * @returns What a `DataSource` gives. Parts that no document falls into are empty.
 * @throws {DataError} If there is no text, or a file is not UTF-8.
 */
export async function readText(path: string): Promise<TextDataset> {
  const name = basename(resolve(path));
  return textOf(name, (await isFolder(path)) ? await documentsIn(path) : await cut(path, name));
}

async function isFolder(path: string): Promise<boolean> {
  try {
    return (await stat(path)).isDirectory();
  } catch (cause) {
    throw new DataError(`${operation}: cannot read ${path}: ${systemError(cause).message}`, {
      cause,
    });
  }
}

async function documentsIn(folder: string): Promise<RawDocument[]> {
  const paths = await folderFiles(folder, operation);
  if (paths.length === 0) throw new DataError(`${operation}: ${folder} holds no file`);
  return Promise.all(
    paths.map(async (name) => {
      const text = await readUtf8(join(folder, name));
      return { name, part: await textPartOf(name), text, labels: {} };
    }),
  );
}

const shares: Readonly<Record<TextPart, number>> = {
  generator: 0.5,
  judge: 0.35,
  validation: 0.05,
  test: 0.1,
};

async function cut(path: string, name: string): Promise<RawDocument[]> {
  const text = await readUtf8(path);
  let start = 0;
  let share = 0;
  return textParts.map((part) => {
    share += shares[part];
    const end = part === 'test' ? text.length : lineEnd(text, Math.round(share * text.length));
    const piece = text.slice(start, end);
    if (piece === '') {
      throw new DataError(
        `${operation}: ${path} has too few lines to be cut into ${textParts.join(', ')}; give a folder of documents`,
      );
    }
    start = end;
    return { name: `${name}#${part}`, part, text: piece, labels: {} };
  });
}

/** The position behind the line that `position` is in. */
function lineEnd(text: string, position: number): number {
  const feed = text.indexOf('\n', Math.max(position - 1, 0));
  return feed < 0 ? text.length : feed + 1;
}

async function readUtf8(path: string): Promise<string> {
  let bytes: Uint8Array;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    const { message } = systemError(cause);
    throw new DataError(`${operation}: cannot read ${path}: ${message}`, { cause });
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new DataError(`${operation}: ${path} is not UTF-8; convert it, or move it away`, {
      cause,
    });
  }
}
