import { readFile } from 'node:fs/promises';
import { basename, join, resolve } from 'node:path';
import { ConfigError, DataError } from '@working-papers/grad';
import type { ImageDataset } from '../dataset.ts';
import { fractionOf } from '../nameFraction.ts';
import { folderFiles } from './folderFiles.ts';
import { decodePictures, type PictureFile, type PictureOptions } from './pictures.ts';

/** How a folder of pictures becomes a data set. */
export interface ImageFolderOptions extends PictureOptions {
  /**
   * Share of the pictures that test, where the folder has no `train` and `test`. A picture's part
   * depends on its path in the folder alone, so that it stays when others are added. Default 0.2.
   */
  readonly testFraction?: number;
}

const operation = 'readImageFolder';
const pictureName = /\.(png|jpe?g|webp)$/i;

/**
 * Reads a folder of PNG, JPEG or WebP pictures with one sub-folder per class, or with such folders in
 * `train` and `test`. The result is what a `DataSource` gives; nothing is cached.
 *
 * @param folder - `<folder>/<class>/…/<picture>` or `<folder>/<train|test>/<class>/…/<picture>`.
 * @param options - Size of the images, and how they are brought to it.
 * @param signal - Ends the work with its reason.
 * @returns Images in the order of their paths; classes sorted by code unit.
 * @throws {DataError} If the folder has another form, a part is empty, or a picture cannot be read.
 * @throws {ConfigError} If an option is out of range or has no effect.
 */
export async function readImageFolder(
  folder: string,
  options: ImageFolderOptions,
  signal?: AbortSignal,
): Promise<ImageDataset> {
  const paths = await folderFiles(folder, operation);
  if (paths.length === 0) throw new DataError(`${operation}: ${folder} holds no file`);
  const partOf = partition(folder, paths, options.testFraction);
  const files = await Promise.all(
    paths.map(async (path): Promise<PictureFile> => {
      const place = join(folder, path);
      if (!pictureName.test(path)) {
        throw new DataError(`${operation}: ${place} is no PNG, JPEG or WebP file; move it away`);
      }
      const { part, className } = await partOf(path);
      if (className === undefined) {
        throw new DataError(`${operation}: ${place} is in no folder of a class; put it into one`);
      }
      return { name: `${operation}: ${place}`, className, part, read: () => readFile(place) };
    }),
  );
  return decodePictures(basename(resolve(folder)), files, { ...options, operation }, signal);
}

interface Place {
  readonly part: 'train' | 'test';
  readonly className: string | undefined;
}

/** How the paths say part and class: by folders `train` and `test`, or by class alone. */
function partition(folder: string, paths: readonly string[], testFraction?: number) {
  const tops = new Set(paths.map((path) => path.split('/')[0]!));
  if (tops.has('train') && tops.has('test')) {
    if (testFraction !== undefined) {
      throw new ConfigError(
        `${operation}: testFraction = ${testFraction} has no effect: ${folder} has train and test; leave it out`,
      );
    }
    return (path: string): Promise<Place> => {
      const [part, className] = classAfter(path, 1);
      if (part !== 'train' && part !== 'test') {
        throw new DataError(
          `${operation}: ${join(folder, path)} is neither in train nor in test, which ${folder} has; move it away`,
        );
      }
      return Promise.resolve({ part, className });
    };
  }
  const fraction = testFraction ?? 0.2;
  if (!(fraction > 0 && fraction < 1)) {
    throw new ConfigError(`${operation}: testFraction = ${fraction} is not between 0 and 1`);
  }
  return async (path: string): Promise<Place> => {
    const [, className] = classAfter(path, 0);
    return { part: (await fractionOf(path)) < fraction ? 'test' : 'train', className };
  };
}

/** The first folder of a path and the one that names the class, `depth` folders below the top. */
function classAfter(path: string, depth: number): readonly [string, string | undefined] {
  const folders = path.split('/').slice(0, -1);
  return [folders[0] ?? '', folders[depth]];
}
