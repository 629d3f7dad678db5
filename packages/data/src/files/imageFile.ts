import { decodeSafetensors, encodeSafetensors, type Safetensor } from '@working-papers/grad';
import type { ImageDataset, ImageSplit } from '../dataset.ts';
import type { ImageSet } from '../sets/dataSet.ts';
import { bytesOf, originOf } from './tensors.ts';

/** Pixels and labels of one split, as they come out of the original files. */
export interface RawSplit {
  /** [count, height, width, channels]. */
  readonly pixels: Uint8Array;
  /** [count]. */
  readonly labels: Uint8Array;
}

/** Both splits of a data set. */
export interface RawSplits {
  readonly train: RawSplit;
  readonly test: RawSplit;
}

/**
 * The one file that a data set is kept in: a safetensors file of bytes, with `train.images`
 * [count, height, width, channels], `train.labels` [count] and the same for `test`. It names its
 * source, credit and licence.
 */
export function encodeImageFile(
  set: ImageSet,
  { train, test }: RawSplits,
): Uint8Array<ArrayBuffer> {
  const { height, width, channels } = set;
  const images = ({ pixels }: RawSplit, count: number): Safetensor => ({
    dtype: 'U8',
    shape: [count, height, width, channels],
    data: pixels,
  });
  const labels = (split: RawSplit, count: number): Safetensor => ({
    dtype: 'U8',
    shape: [count],
    data: split.labels,
  });
  return encodeSafetensors(
    {
      'train.images': images(train, set.trainCount),
      'train.labels': labels(train, set.trainCount),
      'test.images': images(test, set.testCount),
      'test.labels': labels(test, set.testCount),
    },
    originOf(set),
  );
}

/**
 * Reads what {@link encodeImageFile} wrote; pixels and labels are views of `file`.
 *
 * @throws {DataError} If it holds something else than this data set.
 * @throws {CheckpointError} If it is not a safetensors file.
 */
export function decodeImageFile(set: ImageSet, file: Uint8Array): ImageDataset {
  const { name, height, width, channels, classNames } = set;
  const { tensors } = decodeSafetensors(file);
  const bytes = (key: string, shape: readonly number[]) =>
    bytesOf(name, tensors[key], { key, shape });
  const split = (part: 'train' | 'test', count: number): ImageSplit => ({
    pixels: bytes(`${part}.images`, [count, height, width, channels]),
    labels: bytes(`${part}.labels`, [count]),
    count,
    height,
    width,
    channels,
  });
  return {
    name,
    height,
    width,
    channels,
    classNames,
    train: split('train', set.trainCount),
    test: split('test', set.testCount),
  };
}
