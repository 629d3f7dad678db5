import { ConfigError } from '@working-papers/grad';
import type { ImageSplit } from './dataset.ts';

/** What a model takes as images. */
export interface ModelImageOptions {
  /** Height and width in pixels; a divisor of the original ones. */
  readonly size: number;
  /** The values that 0 and 255 become, for example `[-1, 1]`. */
  readonly range: readonly [low: number, high: number];
}

/**
 * Scales pixels to a range of real numbers, after averaging squares of them where `size` is smaller
 * than the images: 14 makes one pixel of every 2 x 2 of a 28 x 28 image (area resampling, the mean
 * without rounding).
 *
 * @param images - Square images, for example a split.
 * @param options - Size and range.
 * @returns [count, size, size, channels], row-major.
 * @throws {ConfigError} If `size` does not divide height and width, or these differ.
 */
export function toModelImages(
  images: Omit<ImageSplit, 'labels'>,
  { size, range: [low, high] }: ModelImageOptions,
): Float32Array {
  const { pixels, count, height, width, channels } = images;
  const factor = height / size;
  if (height !== width) {
    throw new ConfigError(`toModelImages: the images are ${height} x ${width}; expected squares`);
  }
  if (!Number.isInteger(size) || size < 1 || !Number.isInteger(factor)) {
    throw new ConfigError(`toModelImages: size = ${size} does not divide the images' ${height}`);
  }
  const scale = (high - low) / (255 * factor * factor);
  const out = new Float32Array(count * size * size * channels);
  const rowLength = width * channels;
  let target = 0;
  for (let row = 0; row < count * size; row++) {
    for (let column = 0; column < size; column++) {
      const corner = row * factor * rowLength + column * factor * channels;
      for (let channel = 0; channel < channels; channel++) {
        let sum = 0;
        for (let dy = 0; dy < factor; dy++) {
          for (let dx = 0; dx < factor; dx++) {
            sum += pixels[corner + dy * rowLength + dx * channels + channel]!;
          }
        }
        out[target++] = low + sum * scale;
      }
    }
  }
  return out;
}
