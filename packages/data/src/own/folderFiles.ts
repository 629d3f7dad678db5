import { readdir } from 'node:fs/promises';
import { join, relative, sep } from 'node:path';
import { DataError } from '@working-papers/grad';
import { systemError } from '../systemError.ts';

/**
 * The files below a folder, except hidden ones.
 *
 * @param folder - Absolute, or relative to the working folder.
 * @param operation - What messages call the one who asks.
 * @returns Paths relative to `folder`, with `/` between names, sorted by code unit.
 * @throws {DataError} If the folder cannot be read.
 */
export async function folderFiles(folder: string, operation: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory())
      .map((entry) => relative(folder, join(entry.parentPath, entry.name)).split(sep).join('/'))
      .filter((path) => !path.split('/').some((name) => name.startsWith('.')))
      .toSorted();
  } catch (cause) {
    const { message } = systemError(cause);
    throw new DataError(`${operation}: cannot read the folder ${folder}: ${message}`, { cause });
  }
}
