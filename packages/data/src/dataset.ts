/** Size of an image in pixels, and its colour channels. */
export interface ImageSize {
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

/** Images and their classes, one split. */
export interface ImageSplit extends ImageSize {
  /** Grey or colour values, [count, height, width, channels], 0 to 255. */
  readonly pixels: Uint8Array;
  /** Class of each image, [count]. */
  readonly labels: Uint8Array;
  readonly count: number;
}

/** A data set of images of one size. */
export interface ImageDataset extends ImageSize {
  readonly name: ImageDatasetName;
  readonly classNames: readonly string[];
  readonly train: ImageSplit;
  readonly test: ImageSplit;
}

/** The image data sets at hand. */
export type ImageDatasetName = 'mnist' | 'fashion-mnist';

/** Where an experiment gets its data: the local cache in Node, the site's server in a page. */
export interface DataSource {
  /**
   * Loads a data set, fetching and converting it on first use.
   *
   * @throws {DataError} If it cannot be had or is not what its checksum says.
   */
  readonly images: (name: ImageDatasetName, signal?: AbortSignal) => Promise<ImageDataset>;
}

/** How far the transfer of a data set is. */
export interface LoadProgress {
  readonly name: ImageDatasetName;
  readonly loadedBytes: number;
  readonly totalBytes: number;
}
