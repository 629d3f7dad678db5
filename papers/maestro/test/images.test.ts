import type { ImageSplit } from '@working-papers/data';
import { expect, test } from 'vitest';
import { batchesInOrder, gatherBatch, prepareImages } from '../images.ts';
import { expectClose, numbersOf } from './numbers.ts';

/** Two colour channels of 1 x 2 pixels, channels last. */
const split = (pixels: readonly number[], labels: readonly number[]): ImageSplit => ({
  height: 1,
  width: 2,
  channels: 2,
  count: labels.length,
  pixels: Uint8Array.from(pixels),
  labels: Uint8Array.from(labels),
});

const train = split([0, 10, 20, 30, 40, 50, 60, 70, 255, 255, 255, 255], [3, 1, 4]);
const test1 = split([1, 2, 3, 4], [5]);

test('images are cut, put channels first, and scaled by the training images that are used', () => {
  const prepared = prepareImages({ train, test: test1 }, { trainCount: 2, testCount: 1 });
  const mean = 35;
  const deviation = Math.sqrt((35 ** 2 + 25 ** 2 + 15 ** 2 + 5 ** 2) / 4);
  const scaled = (values: readonly number[]) => values.map((value) => (value - mean) / deviation);
  expectClose(prepared.train.x, scaled([0, 20, 10, 30, 40, 60, 50, 70]), 1e-6);
  expectClose(prepared.test.x, scaled([1, 3, 2, 4]), 1e-6);
  expect([prepared.train.shape, prepared.train.count]).toEqual([[2, 1, 2], 2]);
  expect([...prepared.train.y]).toEqual([3, 1]);
});

test('more images than there are are refused', () => {
  const cut = () => prepareImages({ train, test: test1 }, { trainCount: 4, testCount: 1 });
  expect(cut).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: maestro: 4 images to train and 1 to test; the data set has 3 and 1]`,
  );
});

test('batches hold the images that are named, or all in order', async () => {
  const { train: all } = prepareImages({ train, test: test1 }, { trainCount: 3, testCount: 1 });
  const { x, y } = gatherBatch(all, [2, 0]);
  expect([x.shape, await numbersOf(y)]).toEqual([
    [2, 2, 1, 2],
    [4, 3],
  ]);
  expect(await numbersOf(x)).toEqual([...all.x.subarray(8, 12), ...all.x.subarray(0, 4)]);
  const batches = [...batchesInOrder(all, 2)];
  expect(await Promise.all(batches.map((batch) => numbersOf(batch.y)))).toEqual([[3, 1], [4]]);
});
