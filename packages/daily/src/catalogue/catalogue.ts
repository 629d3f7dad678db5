import type { Paper, Result } from '@working-papers/paper-kit';

/** A paper as the repository holds it. */
export interface CatalogueEntry {
  readonly paper: Paper;
  /** Recorded results, one per preset at most. */
  readonly results: readonly Result[];
  /** Whether it can be run here. */
  readonly isImplemented: boolean;
}

/** All papers of the repository. */
export type Catalogue = readonly CatalogueEntry[];
