/** Images as the networks take them. */
import type { ImageSplit } from '@working-papers/data';
import { ConfigError, tensor, type Tensor } from '@working-papers/grad';

/** Labelled images, channels first. */
export interface LabelledImages {
  /** [count, channels, height, width], row-major. */
  readonly x: Float32Array;
  /** Classes, [count]. */
  readonly y: Int32Array;
  readonly shape: readonly [channels: number, height: number, width: number];
  readonly count: number;
}

/** A batch of them. */
export interface ImageBatch {
  /** [batch, channels, height, width]. */
  readonly x: Tensor;
  /** [batch]. */
  readonly y: Tensor;
}

/** What pixels from 0 to 255 are scaled by: (pixel - mean) / deviation. */
export interface PixelScale {
  readonly mean: number;
  readonly deviation: number;
}

/** Both splits of a data set, scaled alike. */
export interface PreparedImages {
  readonly train: LabelledImages;
  readonly test: LabelledImages;
  readonly scale: PixelScale;
}

/**
 * The first images of both splits with channels first, scaled to mean 0 and variance 1 over all pixels of
 * the training images.
 *
 * @throws {ConfigError} If there are fewer than asked for.
 */
export function prepareImages(
  { train, test }: { readonly train: ImageSplit; readonly test: ImageSplit },
  { trainCount, testCount }: { readonly trainCount: number; readonly testCount: number },
): PreparedImages {
  if (trainCount > train.count || testCount > test.count) {
    throw new ConfigError(
      `maestro: ${trainCount} images to train and ${testCount} to test; the data set has ${train.count} and ${test.count}`,
    );
  }
  const used = train.pixels.subarray(0, trainCount * train.height * train.width * train.channels);
  let [sum, squares] = [0, 0];
  for (const value of used) {
    sum += value;
    squares += value * value;
  }
  const mean = sum / used.length;
  const scale = { mean, deviation: Math.sqrt(squares / used.length - mean ** 2) };
  return {
    train: scaled(train, trainCount, scale),
    test: scaled(test, testCount, scale),
    scale,
  };
}

function scaled(
  { pixels, labels, height, width, channels }: ImageSplit,
  count: number,
  { mean, deviation }: PixelScale,
): LabelledImages {
  const area = height * width;
  const x = new Float32Array(count * channels * area);
  for (let to = 0; to < x.length; to++) {
    const place = to % area;
    const channel = Math.floor(to / area) % channels;
    const image = Math.floor(to / (area * channels));
    x[to] = (pixels[(image * area + place) * channels + channel]! - mean) / deviation;
  }
  const y = Int32Array.from(labels.subarray(0, count));
  return { x, y, shape: [channels, height, width], count };
}

/** The images at some places, in their order. */
export function gatherBatch(
  { x, y, shape }: LabelledImages,
  indices: ArrayLike<number>,
): ImageBatch {
  const size = shape[0] * shape[1] * shape[2];
  const [data, labels] = [new Float32Array(indices.length * size), new Int32Array(indices.length)];
  for (let i = 0; i < indices.length; i++) {
    const from = indices[i]!;
    data.set(x.subarray(from * size, (from + 1) * size), i * size);
    labels[i] = y[from]!;
  }
  return { x: tensor(data, { shape: [indices.length, ...shape] }), y: tensor(labels) };
}

/** All images in their order, `size` at a time; the last batch may be smaller. */
export function* batchesInOrder(images: LabelledImages, size: number): Generator<ImageBatch> {
  for (let start = 0; start < images.count; start += size) {
    const length = Math.min(size, images.count - start);
    yield gatherBatch(
      images,
      Int32Array.from({ length }, (_, i) => start + i),
    );
  }
}
