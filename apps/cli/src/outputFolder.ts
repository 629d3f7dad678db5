import { randomUUID } from 'node:crypto';
import { rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '@working-papers/data/node';
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
 * Makes sure before a run that its result can be written after it. Leaves nothing behind.
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
  await tryWriting(resolve(folder)).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new UsageError(`${command}: ${folder} cannot be written (${code}); choose another --out`);
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

/** Writes a file to the folder and removes it, with the folders that were missing: asking for rights does not tell. */
async function tryWriting(folder: string): Promise<void> {
  const made = await makeFolder(folder);
  try {
    const probe = join(folder, `.${randomUUID()}.tmp`);
    await writeFile(probe, '');
    await rm(probe);
  } finally {
    if (made !== undefined) await rm(made, { recursive: true });
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
