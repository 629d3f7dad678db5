import type { ArtefactCost } from './artefact.ts';
import type { PresetName, Row } from './experiment.ts';
import type { MethodEntry } from './methods.ts';
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
  /** Time that measuring took; cells that were taken over count with what they took then. */
  readonly wallSeconds: number;
  /** Of the process that wrote the result. */
  readonly peakMemoryBytes: number;
  /** ISO 8601, UTC. */
  readonly startedAt: string;
}

/** A cell of a run that is over. */
export interface FinishedCell {
  readonly label: string;
  /** How many rows it has. */
  readonly rows: number;
  /** What measuring it took, whenever it was. */
  readonly seconds: number;
  /** Whether an earlier run measured it. */
  readonly isTakenOver: boolean;
}

/** A figure as stored beside the rows. */
export interface StoredFigure {
  readonly name: string;
  readonly title: string;
  readonly alt: string;
  /** Path relative to the results folder, for example `figures/quick-success.svg`. */
  readonly file: string;
}

/**
 * The whole of one run, as `wp run --record` writes it to `results/<preset>.json`. Results from before
 * experiments had cells lack `methods`, `cells` and `artefacts`; all else means the same.
 */
export interface Result {
  readonly schema: 1;
  readonly paper: string;
  readonly preset: PresetName;
  readonly config: unknown;
  readonly seed: number;
  /** False if the run was stopped: then the rows are what was measured so far. */
  readonly isComplete: boolean;
  /** What was compared, with what was spent on tuning each. */
  readonly methods?: readonly MethodEntry[];
  /** Whose rows stand in `rows`, one cell after the other; of a stopped run those that are complete. */
  readonly cells?: readonly FinishedCell[];
  /** What was made or read for them, and what it cost. */
  readonly artefacts?: readonly ArtefactCost[];
  readonly rows: readonly Row[];
  readonly verdicts: Readonly<Record<string, Verdict>>;
  readonly figures: readonly StoredFigure[];
  readonly provenance: Provenance;
}
