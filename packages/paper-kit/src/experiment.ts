import type { DataSource, DatasetName } from '@working-papers/data';
import type { Backend } from '@working-papers/grad';
import type { CheckpointStore } from '@working-papers/nn';
import type { PlotOptions } from '@observablehq/plot';
import type { Artefacts } from './artefact.ts';
import type { RowTolerance } from './compareResults.ts';
import { checkMethods, type MethodEntry } from './methods.ts';
import type { Paper } from './paper.ts';
import type { Verdict } from './verdict.ts';

/** One measurement: flat, so that it is a line of a table, of JSON and of a plot. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;

/**
 * One unit of work, in plain JSON: another process or machine can do it, and its hash is its address.
 * Each experiment adds fields of its own, its settings and its seed among them.
 */
export interface Cell {
  /** Names it in progress and messages, for example `B: d = 3, N/d = 4, seed 1`. No two have the same. */
  readonly label: string;
  /** Expected time in units of one's own; only the ratio to other cells counts. */
  readonly cost: number;
}

/** How far a cell is; the runner adds rate and time left. */
export interface Progress {
  /** What is being computed, for example `B: d = 3, N/d = 4, seed 1`. */
  readonly label: string;
  /** Share of the cell that is done, from 0 to 1. */
  readonly fraction: number;
  /** Step of the current label, counted from 1, and how many it has. */
  readonly step: number;
  readonly steps: number;
  /** A figure worth watching, for example the loss. */
  readonly metric?: { readonly name: string; readonly value: number };
}

/** What a cell may use besides its own fields: nothing else comes from outside. */
export interface RunContext {
  /** Aborted when the run should end; check it between steps with `signal.throwIfAborted()`. */
  readonly signal: AbortSignal;
  readonly backend: Backend;
  readonly data: DataSource;
  /** What is made once and shared, such as tokenizers and base models. */
  readonly artefacts: Artefacts;
  /**
   * Where a training of this cell keeps its state, so that a run that was ended goes on from there;
   * undefined where nothing outlives the run, as in a page. Names are kebab-case, one per training.
   */
  readonly checkpoint: (name: string) => CheckpointStore | undefined;
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
export interface Experiment<
  Config = unknown,
  CellT extends Cell = Cell,
  ClaimId extends string = string,
> {
  readonly paper: Paper<ClaimId>;
  /** Settings by preset: quick for a minute, standard for the recorded result, full for hours. */
  readonly presets: Readonly<Partial<Record<PresetName, Config>> & { quick: Config }>;
  /** All that rows name as `method`, with what was spent on tuning each. */
  readonly methods: readonly MethodEntry[];
  /** Data sets that quick loads, so that a page can say before what it will fetch; default none. */
  readonly quickData?: readonly DatasetName[];
  /** The work of a preset, in the order in which its rows stand in the result. */
  readonly cells: (config: Config, seed: number) => readonly CellT[];
  /**
   * Yields the rows of one cell, each as soon as it is measured. Every random number derives from
   * fields of the cell, and no cell knows of another: what joins them is done by verdicts and figures.
   */
  readonly run: (cell: CellT, context: RunContext) => AsyncGenerator<Row, void, void>;
  /** When a field of a row counts as reproduced; see `compareResults`. */
  readonly tolerances?: Readonly<Record<string, RowTolerance>>;
  /** One rule per claim, fixed before the run; called with the rows of a complete run. */
  readonly verdicts: Readonly<Record<ClaimId, (rows: readonly Row[]) => Verdict>>;
  /** Pictures of the rows at hand; called during a run too, so rows may still be missing. */
  readonly figures: (rows: readonly Row[]) => readonly Figure[];
}

/**
 * Fixes the types of an experiment and compares its tuning budgets; the runner checks cells, rows and
 * verdicts.
 *
 * @throws {ConfigError} If methods are malformed, or a baseline was tuned less than the method.
 */
export function defineExperiment<Config, CellT extends Cell, ClaimId extends string>(
  experiment: Experiment<Config, CellT, ClaimId>,
): Experiment<Config, CellT, ClaimId> {
  checkMethods(experiment.methods, experiment.paper.slug);
  return experiment;
}
