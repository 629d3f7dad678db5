import {
  artefactCosts,
  cellAddress,
  judge,
  mayResume,
  mayTakeOver,
  planRun,
  type Cell,
  type CellRecord,
  type CellStore,
  type Experiment,
  type FinishedCell,
  type RunEvent,
  type RunOutcome,
  type RunStorage,
} from '@working-papers/paper-kit';
import { createBoard, type Board } from './board.ts';
import { ServiceError } from './errors.ts';
import { nameOf, type CellTask, type Crew } from './task.ts';

/** What a run needs whose cells are measured by other processes. */
export interface RunElsewhereOptions {
  readonly seed: number;
  readonly signal: AbortSignal;
  /** Where the crew leaves its records; `origin.threads` is the threads of one worker. */
  readonly storage: RunStorage;
  readonly crew: Crew;
  /**
   * Whose records will do: those of machines like this one, as `mayTakeOver` has it, or those of any
   * number of threads and any processor; default `this`.
   */
  readonly machines?: 'this' | 'any';
  /** Least time between two progress events; default 100. */
  readonly progressIntervalMs?: number;
}

/** A planned cell, and its record if an earlier run left one that will do. */
interface Place {
  readonly task: CellTask;
  readonly stored: CellRecord | null;
}

/**
 * Runs an experiment like `runExperiment`, with the same events, but has its cells measured by others.
 * Rows come cell by cell, in the order of the cells, whoever measured them; the costliest are handed
 * out first. All rows travel through the store.
 *
 * When `signal` aborts, the crew stops, and `done` still comes: with the rows of all cells that are
 * complete, and `isComplete` false. A reader who leaves the loop stops the crew likewise.
 *
 * @throws {ConfigError} As `runExperiment`.
 * @throws {CellError} If a cell could not be measured; what was measured stays in the store.
 * @throws {ServiceError} If a cell is done and its record is not in the store.
 */
export async function* runElsewhere<Config, CellT extends Cell, ClaimId extends string>(
  experiment: Experiment<Config, CellT, ClaimId>,
  preset: string,
  options: RunElsewhereOptions,
): AsyncGenerator<RunEvent, void, void> {
  const { cells } = planRun(experiment, preset, options.seed);
  const places = await Promise.all(
    cells.map((cell) => placeOf(experiment.paper.slug, cell, options)),
  );
  const tasks = places
    .flatMap(({ task, stored }) => (stored ? [] : [task]))
    .toSorted((a, b) => b.cell.cost - a.cell.cost);
  const takenOver = places.reduce(
    (sum, { task, stored }) => sum + (stored ? task.cell.cost : 0),
    0,
  );
  const stored = places.flatMap((place) => place.stored ?? []);
  const seconds = stored.reduce((sum, record) => sum + record.seconds, 0);
  yield { kind: 'begin', cells: cells.length, takenOver: { cells: stored.length, seconds } };
  const board = createBoard(tasks, takenOver, options.progressIntervalMs ?? 100);
  const leave = new AbortController();
  const signal = AbortSignal.any([options.signal, leave.signal]);
  const crew = options.crew(tasks, { ...board, signal }).then(
    () => board.onEnd(),
    (reason: unknown) => board.onEnd({ reason }),
  );
  try {
    const outcome = yield* collect(places, board, options.storage.cells);
    const verdicts = judge(experiment, outcome.rows, outcome.isComplete);
    yield { kind: 'done', ...outcome, verdicts };
  } finally {
    leave.abort();
    await crew;
  }
}

async function placeOf(paper: string, cell: Cell, options: RunElsewhereOptions): Promise<Place> {
  const { storage, machines = 'this' } = options;
  const { source, takeOver } = storage;
  const address = await cellAddress({ paper, cell, source });
  const record = mayResume(storage) ? await storage.cells.read(address) : null;
  const { threads, cpu } = (machines === 'any' && record?.origin) || storage.origin;
  const like = { ...storage, origin: { ...storage.origin, threads, cpu } };
  const stored = record && mayTakeOver(record, like) ? record : null;
  return { task: { paper, cell, address, source, takeOver }, stored };
}

/** The events of the cells in their order, as soon as they are there, and progress meanwhile. */
async function* collect(
  places: readonly Place[],
  board: Board,
  store: CellStore,
): AsyncGenerator<RunEvent, Omit<RunOutcome, 'verdicts'>, void> {
  const cells: FinishedCell[] = [];
  const records: CellRecord[] = [];
  for (const { task, stored } of places) {
    while (!stored && !board.isFinished(task) && !board.isOver()) {
      const progress = board.takeProgress();
      if (progress) yield { kind: 'progress', progress };
      else await board.news();
    }
    board.throwFault();
    if (!stored && !board.isFinished(task)) continue; // the run was stopped
    const record = stored ?? (await recordOf(task, store));
    records.push(record);
    if (!stored) {
      for (const artefact of record.artefacts) yield { kind: 'artefact', artefact };
    }
    for (const row of record.rows) yield { kind: 'row', row };
    const { label } = task.cell;
    const cell = { label, rows: record.rows.length, seconds: record.seconds };
    cells.push({ ...cell, isTakenOver: stored !== null });
    yield { kind: 'cell', cell: cells.at(-1)! };
  }
  return {
    rows: records.flatMap(({ rows }) => rows),
    cells,
    artefacts: artefactCosts(records.flatMap(({ artefacts }) => artefacts)),
    isComplete: cells.length === places.length,
  };
}

async function recordOf(task: CellTask, store: CellStore): Promise<CellRecord> {
  const record = await store.read(task.address);
  if (record) return record;
  throw new ServiceError(
    `${nameOf(task)}: was measured, but its record is not in the store of this process; ` +
      'give workers and run the same store',
  );
}
