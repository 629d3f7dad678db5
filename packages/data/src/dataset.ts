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
  readonly name: string;
  readonly classNames: readonly string[];
  readonly train: ImageSplit;
  readonly test: ImageSplit;
}

/** One text of a split: an address, a chapter, a file. */
export interface TextDocument {
  /** Unique in its data set; what decides to which part the document belongs. */
  readonly name: string;
  /** Its bytes are `start` (inclusive) to `end` (exclusive) of those of the split. */
  readonly start: number;
  readonly end: number;
  /** What the source says of it, for example `year` and `party`. */
  readonly labels: Readonly<Record<string, string>>;
}

/** Documents, one behind the other; each ends with a line feed. */
export interface TextSplit {
  /** UTF-8. */
  readonly bytes: Uint8Array;
  readonly documents: readonly TextDocument[];
}

/**
 * A text in parts that share no document. `train` is `generator` and `judge` together: where one model
 * judges what another writes, the first is trained on `judge` and the second on `generator`.
 */
export interface TextDataset {
  readonly name: string;
  readonly train: TextSplit;
  readonly generator: TextSplit;
  readonly judge: TextSplit;
  readonly validation: TextSplit;
  readonly test: TextSplit;
}

/** Vectors of words, the most frequent word first. */
export interface WordVectors {
  readonly name: string;
  readonly words: readonly string[];
  /** [words.length, dimensions], row-major; not normalised. */
  readonly vectors: Float32Array;
  readonly dimensions: number;
  /** The row of a word, spelt as in `words`; undefined if it has none. */
  readonly indexOf: (word: string) => number | undefined;
}

/** The image data sets at hand. */
export type ImageDatasetName = 'mnist' | 'fashion-mnist' | 'cifar-10';

/** The texts at hand. */
export type TextDatasetName = 'state-of-the-union' | 'moby-dick';

/** The word vectors at hand. */
export type WordVectorsName = 'wink-100d';

/** All data sets at hand. */
export type DatasetName = ImageDatasetName | TextDatasetName | WordVectorsName;

/** Where an experiment gets its data: the local cache in Node, the site's server in a page. */
export interface DataSource {
  /**
   * Loads a data set of images, fetching and converting it on first use.
   *
   * @throws {DataError} If it cannot be had or is not what its checksum says.
   */
  readonly images: (name: ImageDatasetName, signal?: AbortSignal) => Promise<ImageDataset>;
  /**
   * Loads a text, as `images` does.
   *
   * @throws {DataError} As `images`.
   */
  readonly text: (name: TextDatasetName, signal?: AbortSignal) => Promise<TextDataset>;
  /**
   * Loads word vectors, as `images` does.
   *
   * @throws {DataError} As `images`.
   */
  readonly wordVectors: (name: WordVectorsName, signal?: AbortSignal) => Promise<WordVectors>;
}

/** How far the transfer of a data set is. */
export interface LoadProgress {
  readonly name: DatasetName;
  readonly loadedBytes: number;
  readonly totalBytes: number;
}
