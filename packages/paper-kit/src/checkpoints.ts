import type { CheckpointStore } from '@working-papers/nn';

/** Where trainings keep their state, by the address of the cell or artefact that they belong to. */
export interface Checkpoints {
  /**
   * The place of one training.
   *
   * @param name - Of the training within its cell, kebab-case.
   */
  readonly open: (address: string, name: string) => CheckpointStore;
  /** Removes all of an address, once it is measured or is to be measured anew. */
  readonly discard: (address: string) => Promise<void>;
}
