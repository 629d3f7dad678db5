import type { DataSource } from './dataset.ts';
import { downloadFile, type WebDataSourceOptions } from './fileDownload.ts';
import { decodeImageFile } from './files/imageFile.ts';
import { decodeTextFile } from './files/textFile.ts';
import { decodeVectorFile } from './files/vectorFile.ts';
import { imageSets } from './sets/imageSets.ts';
import { textSets } from './sets/textSets.ts';
import { vectorSets } from './sets/vectorSets.ts';

export type { WebDataSourceOptions } from './fileDownload.ts';

/**
 * Data sets out of the converted files that a site serves. Each file's SHA-256 is checked; nothing is
 * kept beyond what the browser's cache keeps.
 *
 * @param options - Address and progress.
 * @returns The source; its errors say which address is wrong and what to do.
 */
export function webDataSource(options: WebDataSourceOptions): DataSource {
  return {
    images: async (name, signal) => {
      const set = imageSets[name];
      return decodeImageFile(set, await downloadFile(set, options, signal));
    },
    text: async (name, signal) => {
      const set = textSets[name];
      return decodeTextFile(set, await downloadFile(set, options, signal));
    },
    wordVectors: async (name, signal) => {
      const set = vectorSets[name];
      return decodeVectorFile(set, await downloadFile(set, options, signal));
    },
  };
}
