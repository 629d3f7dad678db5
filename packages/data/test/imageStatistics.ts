import type { ImageDataset, ImageSplit } from '../src/dataset.ts';

/** Whether two data sets hold the same bytes; `toEqual` would take minutes. */
export function sameImages(a: ImageDataset, b: ImageDataset): boolean {
  return (['train', 'test'] as const).every(
    (part) =>
      Buffer.compare(a[part].pixels, b[part].pixels) === 0 &&
      Buffer.compare(a[part].labels, b[part].labels) === 0,
  );
}

/** How often each label occurs. */
export function histogram(labels: Uint8Array): number[] {
  const counts = Array.from({ length: Math.max(...new Set(labels)) + 1 }, () => 0);
  for (const label of labels) counts[label]!++;
  return counts;
}

/** Mean of all pixels, 0 to 1. */
export function meanPixel(pixels: Uint8Array): number {
  let sum = 0;
  for (const pixel of pixels) sum += pixel;
  return sum / pixels.length / 255;
}

/** How many images repeat an earlier one of their split, and how many test images occur in train. */
export function countRepeats({ train, test }: ImageDataset) {
  const trainImages = imagesOf(train);
  const testImages = imagesOf(test);
  const distinctTrain = new Set(trainImages);
  return {
    withinTrain: trainImages.length - distinctTrain.size,
    withinTest: testImages.length - new Set(testImages).size,
    testInTrain: testImages.filter((image) => distinctTrain.has(image)).length,
  };
}

function imagesOf({ pixels, count }: ImageSplit): string[] {
  const size = pixels.length / count;
  const bytes = Buffer.from(pixels.buffer, pixels.byteOffset, pixels.length);
  return Array.from({ length: count }, (_, i) =>
    bytes.toString('latin1', i * size, (i + 1) * size),
  );
}

/** Mean and standard deviation of each channel over all pixels, 0 to 1. */
export function channelMoments({ pixels, channels }: ImageSplit) {
  return Array.from({ length: channels }, (_, channel) => {
    let sum = 0;
    let squares = 0;
    for (let i = channel; i < pixels.length; i += channels) {
      sum += pixels[i]!;
      squares += pixels[i]! ** 2; // integers: exact below 2^53
    }
    const count = pixels.length / channels;
    const mean = sum / count;
    return { mean: mean / 255, deviation: Math.sqrt(squares / count - mean ** 2) / 255 };
  });
}
