import type { PresetName, Row } from './experiment.ts';
import type { Verdict } from './verdict.ts';

/** Where a result comes from: enough to run it again. */
export interface Provenance {
  /** Commit of the repository, and whether files differed from it. */
  readonly commit: string;
  readonly isDirty: boolean;
  /** The command that makes this result. */
  readonly command: string;
  /** Versions by package, the runtime's included. */
  readonly versions: Readonly<Record<string, string>>;
  readonly backend: string;
  readonly platform: string;
  readonly cpu: string;
  readonly threads: number;
  readonly wallSeconds: number;
  readonly peakMemoryBytes: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** A figure as stored beside the rows. */
export interface StoredFigure {
  readonly name: string;
  readonly title: string;
  readonly alt: string;
  /** Path relative to the results folder, for example `figures/quick-success.svg`. */
  readonly file: string;
}

/** The whole of one run, as `wp run --record` writes it to `results/<preset>.json`. */
export interface Result {
  readonly schema: 1;
  readonly paper: string;
  readonly preset: PresetName;
  readonly config: unknown;
  readonly seed: number;
  /** False if the run was stopped: then the rows are what was measured so far. */
  readonly isComplete: boolean;
  readonly rows: readonly Row[];
  readonly verdicts: Readonly<Record<string, Verdict>>;
  readonly figures: readonly StoredFigure[];
  readonly provenance: Provenance;
}
