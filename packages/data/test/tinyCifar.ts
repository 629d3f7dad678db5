import sharp from 'sharp';
import type { RawSplits } from '../src/files/imageFile.ts';
import { imageSets } from '../src/sets/imageSets.ts';
import type { ImageSet } from '../src/sets/dataSet.ts';
import { filesOf } from '../src/tarball.ts';

/** Five training images and two test images of 2 x 2 pixels in three channels. */
export const tinyCifarSet: ImageSet = {
  ...imageSets['cifar-10'],
  height: 2,
  width: 2,
  trainCount: 5,
  testCount: 2,
};

const values = (count: number, first: number) =>
  Uint8Array.from({ length: count * 12 }, (_, i) => (first + 7 * i) % 256);

export const tinyCifarSplits: RawSplits = {
  train: { pixels: values(5, 3), labels: Uint8Array.of(9, 0, 4, 4, 1) },
  test: { pixels: values(2, 100), labels: Uint8Array.of(2, 3) },
};

const batchesOf = {
  train: ['data_batch_1', 'data_batch_2', 'data_batch_3', 'data_batch_4', 'data_batch_5'],
  test: ['test_batch'],
} as const;

/** The files of npm's package: pictures with an image in each row, and lists of labels. */
export async function tinyCifarPackage(): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  for (const part of ['train', 'test'] as const) {
    const { pixels, labels } = tinyCifarSplits[part];
    files.set(`${part}_lables.json`, new TextEncoder().encode(JSON.stringify([...labels])));
    const height = labels.length / batchesOf[part].length;
    for (const [i, batch] of batchesOf[part].entries()) {
      const raw = { width: 4, height, channels: 3 } as const;
      const rows = pixels.slice(i * height * 12, (i + 1) * height * 12);
      files.set(`${batch}.png`, await sharp(rows, { raw }).png().toBuffer());
    }
  }
  return files;
}

/** The author's files: of each image its label, then the channels one after the other. */
export function tinyCifarBinary(): Map<string, Uint8Array> {
  const files = new Map<string, Uint8Array>();
  for (const part of ['train', 'test'] as const) {
    const { pixels, labels } = tinyCifarSplits[part];
    const height = labels.length / batchesOf[part].length;
    for (const [i, batch] of batchesOf[part].entries()) {
      const images = Array.from({ length: height }, (_, k) =>
        binaryImage(pixels, labels, i * height + k),
      );
      files.set(`${batch}.bin`, Uint8Array.from(images.flat()));
    }
  }
  return files;
}

function binaryImage(pixels: Uint8Array, labels: Uint8Array, image: number): number[] {
  const own = pixels.subarray(image * 12, (image + 1) * 12);
  const channel = (c: number) => [0, 1, 2, 3].map((pixel) => own[pixel * 3 + c]!);
  return [labels[image]!, ...channel(0), ...channel(1), ...channel(2)];
}

export const sourceOf = (files: ReadonlyMap<string, Uint8Array>) => filesOf(files, 'cifar-10');
