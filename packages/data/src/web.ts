import type { DataSource } from './dataset.ts';
import { downloadImageFile, type WebDataSourceOptions } from './imageDownload.ts';
import { decodeImageFile } from './imageFile.ts';
import { imageSets } from './imageSets.ts';

export type { WebDataSourceOptions } from './imageDownload.ts';

/**
 * Data sets out of the converted files that a site serves. Each file's SHA-256 is checked; nothing is
 * kept beyond what the browser's cache keeps.
 *
 * @param options - Address and progress.
 * @returns The source; its errors say which address is wrong and what to do.
 */
export function webDataSource(options: WebDataSourceOptions): DataSource {
  return {
    images: async (name, signal) =>
      decodeImageFile(imageSets[name], await downloadImageFile(imageSets[name], options, signal)),
  };
}
