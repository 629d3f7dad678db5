import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { DataError } from '@working-papers/grad';
import type { DatasetName } from './dataset.ts';
import { cachedFile, cachePath, defaultCacheDir, type NodeDataSourceOptions } from './fileCache.ts';
import type { DataSet } from './sets/dataSet.ts';
import { dataSets } from './sets/dataSets.ts';
import { systemError } from './systemError.ts';

/** A data set and what the cache holds of it. */
export interface DataSetStatus {
  readonly set: DataSet;
  /** Where its converted file is or would be. */
  readonly path: string;
  /** `damaged` means another size than the published one; whoever loads it learns the rest. */
  readonly state: 'absent' | 'present' | 'damaged';
  /** Size of the converted file in the cache; 0 if absent. */
  readonly bytes: number;
}

/** What the removal of a data set has freed. */
export interface Removal {
  readonly paths: readonly string[];
  readonly bytes: number;
}

type CacheOptions = Pick<NodeDataSourceOptions, 'cacheDir'>;

/**
 * All data sets, and which of them are in the cache. Nothing is read but sizes.
 *
 * @throws {DataError} If the cache folder cannot be read.
 */
export function listDataSets(options: CacheOptions = {}): Promise<readonly DataSetStatus[]> {
  return Promise.all(Object.values(dataSets).map((set) => statusOf(set, options)));
}

/**
 * Puts a data set into the cache, or checks the one that is there.
 *
 * @returns What the cache holds now, and whether it was there before.
 * @throws {DataError} As `nodeDataSource`.
 */
export async function pullDataSet(
  name: DatasetName,
  options: NodeDataSourceOptions = {},
  signal?: AbortSignal,
): Promise<DataSetStatus & { readonly wasThere: boolean }> {
  const set = dataSets[name];
  const before = await statusOf(set, options);
  await cachedFile(set, options, signal);
  return { ...(await statusOf(set, options)), wasThere: before.state !== 'absent' };
}

/**
 * Removes a data set from the cache: its file, those of other versions of this library, and what
 * killed processes left of it. Npm's own cache is npm's. Another process that is fetching the same
 * data set then fails.
 *
 * @returns What was removed; nothing if nothing was there.
 * @throws {DataError} If the folder cannot be read or a file cannot be removed.
 */
export async function removeDataSet(
  name: DatasetName,
  { cacheDir = defaultCacheDir() }: CacheOptions = {},
): Promise<Removal> {
  const isOurs = new RegExp(`^${name}-[0-9a-f]{12}\\.safetensors(\\.[0-9a-f-]{36}\\.tmp)?$`);
  const files = await inCache(name, cacheDir, () => readdir(cacheDir));
  const paths = (files ?? []).filter((file) => isOurs.test(file)).map((f) => join(cacheDir, f));
  let bytes = 0;
  for (const path of paths) {
    await inCache(name, path, async () => {
      bytes += (await stat(path)).size;
      await rm(path);
    });
  }
  return { paths, bytes };
}

async function statusOf(
  set: DataSet,
  { cacheDir = defaultCacheDir() }: CacheOptions,
): Promise<DataSetStatus> {
  const path = cachePath(set, cacheDir);
  const found = await inCache(set.name, path, () => stat(path));
  if (!found) return { set, path, state: 'absent', bytes: 0 };
  const state = found.size === set.file.bytes ? 'present' : 'damaged';
  return { set, path, state, bytes: found.size };
}

/** Does something with the cache; undefined if what it needs is not there. */
async function inCache<Result>(name: string, path: string, action: () => Promise<Result>) {
  try {
    return await action();
  } catch (cause) {
    const { code, message } = systemError(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new DataError(`${name}: cannot use ${path}: ${message}; check who may use it`, { cause });
  }
}
