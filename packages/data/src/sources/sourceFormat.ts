/** Files of a package or archive, in memory. */
export interface SourceFiles {
  /** Paths inside the package, sorted by code unit. */
  readonly paths: readonly string[];
  /**
   * Content of one of them.
   *
   * @throws {DataError} If the package lacks it.
   */
  readonly read: (path: string) => Uint8Array;
}

/** How the files of a source become a data set. */
export interface SourceFormat<Set, Content> {
  /** The files that are needed, by their paths inside the package. */
  readonly paths: readonly string[] | RegExp;
  /**
   * Converts them.
   *
   * @param set - What should come out.
   * @param files - Those that `paths` asks for.
   * @param signal - Ends a long conversion.
   * @throws {DataError} If the files are malformed or hold something else than `set` says.
   */
  readonly convert: (
    set: Set,
    files: SourceFiles,
    signal?: AbortSignal,
  ) => Content | Promise<Content>;
}

/** Where the same data can be had, by what a user may ask for. */
export interface SourceFormats<Set, Content> {
  readonly npm: SourceFormat<Set, Content>;
  /** Of the files that `canonical` of the set lists. */
  readonly canonical?: SourceFormat<Set, Content>;
}
