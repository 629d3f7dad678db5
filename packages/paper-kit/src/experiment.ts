import type { DataSource, ImageDatasetName } from '@working-papers/data';
import type { Backend } from '@working-papers/grad';
import type { PlotOptions } from '@observablehq/plot';
import type { Paper } from './paper.ts';
import type { Verdict } from './verdict.ts';

/** One measurement: flat, so that it is a line of a table, of JSON and of a plot. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/** How far a run is; the runner adds rate and time left. */
export interface Progress {
  /** What is being computed, for example `B: d = 3, N/d = 4, seed 1`. */
  readonly label: string;
  /** Share of the whole run that is done, from 0 to 1. */
  readonly fraction: number;
  /** Step of the current label, counted from 1, and how many it has. */
  readonly step: number;
  readonly steps: number;
  /** A figure worth watching, for example the loss. */
  readonly metric?: { readonly name: string; readonly value: number };
}

/** What an experiment may use: nothing else comes from outside. */
export interface RunContext {
  /** A non-negative integer; every random number of the run derives from it. */
  readonly seed: number;
  /** Aborted when the run should end; check it between steps with `signal.throwIfAborted()`. */
  readonly signal: AbortSignal;
  readonly backend: Backend;
  readonly data: DataSource;
  readonly onProgress: (progress: Progress) => void;
}

/** A picture drawn from rows, the same in a file and in the page. */
export interface Figure {
  /** File name without ending, kebab-case. */
  readonly name: string;
  /** One line, shown above the picture by whoever shows it. */
  readonly title: string;
  /** What a person sees in it, for those who cannot see it. */
  readonly alt: string;
  /** Options of Observable Plot; a legend of the colour scale is drawn if `color.legend` is true. */
  readonly plot: Omit<PlotOptions, 'title' | 'subtitle' | 'caption' | 'figure' | 'document'>;
}

/** The names of the presets, in the order of their cost. */
export const presetNames = ['quick', 'standard', 'full'] as const;

/** One of {@link presetNames}. */
export type PresetName = (typeof presetNames)[number];

/** A test of a paper's claims: what is compared with what, on what, and what decides. */
export interface Experiment<Config = unknown, ClaimId extends string = string> {
  readonly paper: Paper<ClaimId>;
  /** Settings by preset: quick for a minute, standard for the recorded result, full for hours. */
  readonly presets: Readonly<Partial<Record<PresetName, Config>> & { quick: Config }>;
  /** Data sets that quick loads, so that a page can say before what it will fetch; default none. */
  readonly quickData?: readonly ImageDatasetName[];
  /** Yields every row as soon as it is measured. */
  readonly run: (config: Config, context: RunContext) => AsyncGenerator<Row, void, void>;
  /** One rule per claim, fixed before the run; called with the rows of a complete run. */
  readonly verdicts: Readonly<Record<ClaimId, (rows: readonly Row[]) => Verdict>>;
  /** Pictures of the rows at hand; called during a run too, so rows may still be missing. */
  readonly figures: (rows: readonly Row[]) => readonly Figure[];
}

/** Fixes the types of an experiment; the runner checks its rows and verdicts. */
export function defineExperiment<Config, ClaimId extends string>(
  experiment: Experiment<Config, ClaimId>,
): Experiment<Config, ClaimId> {
  return experiment;
}
