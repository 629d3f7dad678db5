import { access, constants, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { PresetName } from '@working-papers/paper-kit';
import { readResult } from '@working-papers/paper-kit/node';
import { UsageError } from './usageError.ts';

/** Where a result is to go. */
export interface OutputFolder {
  readonly folder: string;
  /** What asked for it, for messages: `wp run var`. */
  readonly command: string;
}

/**
 * Makes sure before a run that its result can be written after it. Writes nothing.
 *
 * @throws {UsageError} If the folder is, or lies in, a file or a read-only folder, or holds a result
 * of this preset that is not the paper's own.
 */
export async function checkOutputFolder(
  { folder, command }: OutputFolder,
  slug: string,
  preset: PresetName,
): Promise<void> {
  const existing = await nearestExisting(resolve(folder));
  if (!existing.isDirectory) {
    throw new UsageError(
      `${command}: ${existing.path} is a file, not a folder; choose another --out`,
    );
  }
  await access(existing.path, constants.W_OK | constants.X_OK).catch(() => {
    throw new UsageError(`${command}: ${existing.path} cannot be written; choose another --out`);
  });
  const figures = await statOrUndefined(join(folder, 'figures'));
  if (figures?.isDirectory() === false) {
    throw new UsageError(
      `${command}: ${join(folder, 'figures')} is a file; remove it or choose another --out`,
    );
  }
  const path = join(folder, `${preset}.json`);
  if ((await statOrUndefined(path)) === undefined) return;
  const earlier = await readResult(path).catch(() => undefined);
  if (earlier?.paper !== slug) {
    const what = earlier ? `a result of ${earlier.paper}` : 'not a result of wp';
    throw new UsageError(`${command}: ${path} exists and is ${what}; choose another --out`);
  }
}

async function nearestExisting(path: string): Promise<{ path: string; isDirectory: boolean }> {
  const found = await statOrUndefined(path);
  if (found) return { path, isDirectory: found.isDirectory() };
  return nearestExisting(dirname(path));
}

async function statOrUndefined(path: string) {
  return stat(path).catch(() => undefined);
}
