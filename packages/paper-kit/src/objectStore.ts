/**
 * Bytes by key, the least that a folder and a bucket have in common. Whoever reads sees a whole object
 * or none. Cells and artefacts are kept in one.
 */
export interface ObjectStore {
  /** Where it is, for messages; without credentials. */
  readonly place: string;
  /** The object's bytes, or undefined if there is none. */
  readonly read: (key: string) => Promise<Uint8Array | undefined>;
  /** Writes an object, in place of one that may be there. */
  readonly write: (key: string, bytes: Uint8Array) => Promise<void>;
  /** Writes an object unless there is one; of several at once, one succeeds. False if there was one. */
  readonly create: (key: string, bytes: Uint8Array) => Promise<boolean>;
  /** Removes an object if there is one. */
  readonly remove: (key: string) => Promise<void>;
}
