import type { RawSplits } from './imageFile.ts';
import type { ImageSet } from './imageSets.ts';

/** How the files of a package become images. */
export interface PackageFormat {
  /** The files that are needed, by their paths inside the package. */
  readonly paths: readonly string[];
  /**
   * Converts them.
   *
   * @param set - What should come out.
   * @param read - Gives the content of any of `paths`.
   * @param signal - Ends a long conversion.
   * @throws {DataError} If the files are malformed or hold something else than `set` says.
   */
  readonly convert: (
    set: ImageSet,
    read: (path: string) => Uint8Array,
    signal?: AbortSignal,
  ) => RawSplits | Promise<RawSplits>;
}
