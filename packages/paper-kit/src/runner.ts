import {
  artefactCosts,
  memoryArtefacts,
  type ArtefactCost,
  type ArtefactStore,
  type ArtefactUse,
} from './artefact.ts';
import {
  cellAddress,
  mayResume,
  mayTakeOver,
  type CellRecord,
  type RunStorage,
} from './cellStore.ts';
import type { Cell, Experiment, Row } from './experiment.ts';
import { createPace, type RunProgress } from './pace.ts';
import { planRun } from './plan.ts';
import type { FinishedCell } from './result.ts';
import { runCell, type CellEvent, type CellOptions } from './runCell.ts';
import { checkVerdict, notMeasured, type Verdict } from './verdict.ts';

/** What a run leaves behind. */
export interface RunOutcome {
  readonly rows: readonly Row[];
  /** By claim; all `not measured` if the run was stopped, because part of the rows proves nothing. */
  readonly verdicts: Readonly<Record<string, Verdict>>;
  /** False if the run was stopped before its end. */
  readonly isComplete: boolean;
  /** Those that are complete. */
  readonly cells: readonly FinishedCell[];
  /** Of all cells, also of those that were taken over. */
  readonly artefacts: readonly ArtefactCost[];
}

/** What a run need not measure again. */
export interface TakenOver {
  readonly cells: number;
  /** What measuring them took. */
  readonly seconds: number;
}

/** What a run tells those who watch it, in the order in which it happens; `done` is the last. */
export type RunEvent =
  /** The first: how many cells there are, and how many of them earlier runs measured. */
  | { readonly kind: 'begin'; readonly cells: number; readonly takenOver: TakenOver }
  | Exclude<CellEvent, { kind: 'progress' | 'measured' }>
  | { readonly kind: 'progress'; readonly progress: RunProgress }
  /** A cell is over; its rows came before. */
  | { readonly kind: 'cell'; readonly cell: FinishedCell }
  | ({ readonly kind: 'done' } & RunOutcome);

/** What a run needs from outside. */
export interface RunOptions extends Omit<CellOptions, 'artefacts' | 'checkpoints'> {
  /** Default: artefacts live as long as the run. */
  readonly artefacts?: ArtefactStore;
  /** A non-negative integer; every random number of the run derives from it. */
  readonly seed: number;
  /** Keeps cells as they are measured, and takes over those of earlier runs; default neither. */
  readonly storage?: RunStorage;
}

/**
 * Runs an experiment cell after cell and yields rows as they are measured, progress between them, and
 * at the end all rows with a verdict on each claim. Command line, tests and the page all run it so.
 *
 * When `signal` aborts, the cell at hand ends at its next check of the signal, and `done` still comes:
 * with the rows so far and `isComplete` false. A reader who leaves the loop ends it likewise.
 *
 * @param preset - One of the experiment's presets.
 * @throws {ConfigError} If there is no such preset, the seed is not a non-negative integer, or its
 * cells are malformed.
 * @throws {DataError} If a row or a verdict is malformed, naming its place.
 * @throws {CheckpointError} If what is stored is damaged or cannot be written.
 */
export async function* runExperiment<Config, CellT extends Cell, ClaimId extends string>(
  experiment: Experiment<Config, CellT, ClaimId>,
  preset: string,
  options: RunOptions,
): AsyncGenerator<RunEvent, void, void> {
  const { cells } = planRun(experiment, preset, options.seed);
  const outcome = yield* runCells(experiment, cells, options);
  const verdicts = judge(experiment, outcome.rows, outcome.isComplete);
  yield { kind: 'done', ...outcome, verdicts };
}

/**
 * Runs some cells of an experiment, in their order; see {@link runExperiment}.
 *
 * @returns Their rows; there are no verdicts, because these need all cells.
 */
export async function* runCells<Config, CellT extends Cell, ClaimId extends string>(
  experiment: Experiment<Config, CellT, ClaimId>,
  cells: readonly CellT[],
  given: Omit<RunOptions, 'seed'>,
): AsyncGenerator<Exclude<RunEvent, { kind: 'done' }>, Omit<RunOutcome, 'verdicts'>, void> {
  const options = { artefacts: memoryArtefacts(), ...given };
  const { storage, signal } = options;
  const places = await Promise.all(cells.map((cell) => placeOf(experiment, cell, storage)));
  const stored = places.flatMap((place) => place.stored ?? []);
  const seconds = stored.reduce((sum, record) => sum + record.seconds, 0);
  yield { kind: 'begin', cells: cells.length, takenOver: { cells: stored.length, seconds } };
  const shares = createShares(places);
  const pace = createPace(performance.now());
  const rows: Row[] = [];
  const finished: FinishedCell[] = [];
  const artefacts: ArtefactUse[] = [];
  for (const place of places) {
    if (signal.aborted) break;
    const events = place.stored ? replay(place.stored) : measure(experiment, place, options);
    for await (const event of events) {
      if (event.kind === 'progress') {
        const nowMs = performance.now();
        const run = shares.at(place, event.progress.fraction);
        yield { kind: 'progress', progress: pace(event.progress, { ...run, nowMs }) };
      } else if (event.kind === 'measured') {
        rows.push(...event.rows);
        artefacts.push(...event.artefacts);
        if (!event.isComplete) continue;
        const { label } = place.cell;
        const cell = { label, rows: event.rows.length, seconds: event.seconds };
        finished.push({ ...cell, isTakenOver: event.isTakenOver });
        yield { kind: 'cell', cell: finished.at(-1)! };
      } else {
        yield event;
      }
    }
  }
  const isComplete = finished.length === cells.length;
  return { rows, cells: finished, artefacts: artefactCosts(artefacts), isComplete };
}

/** A cell, where it is kept, and what is kept there if the run may take it over. */
interface Place<CellT extends Cell> {
  readonly cell: CellT;
  /** Undefined if nothing is kept. */
  readonly address: string | undefined;
  readonly stored: CellRecord | null;
}

async function placeOf<Config, CellT extends Cell, ClaimId extends string>(
  experiment: Experiment<Config, CellT, ClaimId>,
  cell: CellT,
  storage: RunStorage | undefined,
): Promise<Place<CellT>> {
  if (storage === undefined) return { cell, address: undefined, stored: null };
  const { slug } = experiment.paper;
  const address = await cellAddress({ paper: slug, cell, source: storage.source });
  return { cell, address, stored: await usableRecord(address, storage) };
}

/** What is kept at an address, if the run may take it over. */
async function usableRecord(address: string, storage: RunStorage): Promise<CellRecord | null> {
  const record = mayResume(storage) ? await storage.cells.read(address) : null;
  return record && mayTakeOver(record, storage) ? record : null;
}

/** What happens to a cell in a run. */
type PlaceEvent =
  | Exclude<CellEvent, { kind: 'measured' }>
  | (Extract<CellEvent, { kind: 'measured' }> & { readonly isTakenOver: boolean });

/** The events of a cell that an earlier run measured. */
function* replay({ rows, seconds, artefacts }: CellRecord): Generator<PlaceEvent, void, void> {
  for (const row of rows) yield { kind: 'row', row };
  yield { kind: 'measured', rows, seconds, artefacts, isComplete: true, isTakenOver: true };
}

/** Measures a cell, and keeps it if it is complete. */
async function* measure<Config, CellT extends Cell, ClaimId extends string>(
  experiment: Experiment<Config, CellT, ClaimId>,
  { cell, address }: Place<CellT>,
  options: Omit<RunOptions, 'seed'>,
): AsyncGenerator<PlaceEvent, void, void> {
  const { storage, ...rest } = options;
  if (storage === undefined || address === undefined) {
    yield* asMeasured(runCell(experiment, cell, rest));
    return;
  }
  const { cells, checkpoints: store, source, origin, onWait } = storage;
  const giveBack = await reserve(address, storage, options.signal, () => onWait?.(cell));
  if (giveBack === undefined) return;
  try {
    // Whoever was waited for has measured it.
    const record = await usableRecord(address, storage);
    if (record) {
      yield* replay(record);
      return;
    }
    if (!mayResume(storage)) await store?.discard(address);
    const own = store && { checkpoints: { address, store } };
    for await (const event of asMeasured(runCell(experiment, cell, { ...rest, ...own }))) {
      if (event.kind === 'measured' && event.isComplete) {
        const { rows, seconds, artefacts } = event;
        const paper = experiment.paper.slug;
        await cells.write({ address, paper, cell, source, rows, seconds, artefacts, origin });
        await store?.discard(address);
      }
      yield event;
    }
  } finally {
    await giveBack();
  }
}

/** Undefined if the run was stopped while it waited. */
async function reserve(
  address: string,
  { cells }: RunStorage,
  signal: AbortSignal,
  onWait: () => void,
): Promise<(() => Promise<void>) | undefined> {
  try {
    return (await cells.reserve?.(address, signal, onWait)) ?? (() => Promise.resolve());
  } catch (error) {
    if (signal.aborted) return undefined;
    throw error;
  }
}

async function* asMeasured(
  events: AsyncIterable<CellEvent>,
): AsyncGenerator<PlaceEvent, void, void> {
  for await (const event of events) {
    yield event.kind === 'measured' ? { ...event, isTakenOver: false } : event;
  }
}

/** Adds up the costs of cells as the run goes through them, in their order. */
function createShares(places: readonly Place<Cell>[]) {
  const sum = (some: readonly Place<Cell>[]) => some.reduce((all, { cell }) => all + cell.cost, 0);
  const total = sum(places);
  const toMeasure = sum(places.filter(({ stored }) => stored === null));
  return {
    /** Shares of the run when `fraction` of the cell at `place` is done. */
    at: (place: Place<Cell>, fraction: number) => {
      const before = places.slice(0, places.indexOf(place));
      const own = place.cell.cost * fraction;
      return {
        fraction: (sum(before) + own) / total,
        measured: (sum(before.filter(({ stored }) => stored === null)) + own) / toMeasure,
      };
    },
  };
}

/**
 * The verdict on each claim of the experiment's paper.
 *
 * @param isComplete - Whether `rows` are those of a whole run; else no claim counts as measured.
 * @throws {DataError} If a rule returns a malformed verdict.
 */
export function judge(
  experiment: Pick<Experiment, 'paper' | 'verdicts'>,
  rows: readonly Row[],
  isComplete: boolean,
): Record<string, Verdict> {
  const rules = Object.entries(experiment.verdicts);
  return Object.fromEntries(
    rules.map(([id, rule]) => [
      id,
      isComplete
        ? checkVerdict(rule(rows), `${experiment.paper.slug}: verdict on ${id}`)
        : notMeasured('decided on a complete run only', 'the run was stopped'),
    ]),
  );
}
