import { ConfigError } from '@working-papers/grad';
import {
  cellAddress,
  runCells,
  type Experiment,
  type Progress,
  type RunOptions,
  type RunStorage,
} from '@working-papers/paper-kit';
import { nameOf, type CellTask } from './task.ts';

/** All that a process needs to measure cells, opened once: backend, data, store. */
export interface Workbench {
  /**
   * Measures a cell and leaves its record in the store; takes over the one that may be there.
   *
   * @throws The reason of the signal if that aborts.
   */
  readonly measure: (task: CellTask, watch: WorkbenchWatch) => Promise<void>;
  readonly close: () => Promise<void>;
}

/** Who looks at one measurement. */
export interface WorkbenchWatch {
  readonly signal: AbortSignal;
  readonly onProgress: (progress: Progress) => void;
}

/** Where a process finds its workbench. */
export interface WorkbenchModule {
  /** URL of a module that exports `openWorkbench`, an {@link OpenWorkbench}. */
  readonly module: string;
  /** Plain JSON for it. */
  readonly settings: unknown;
}

/** Opens a workbench whose operations use so many threads. */
export type OpenWorkbench = (settings: unknown, threads: number) => Promise<Workbench>;

/** Loads the module and opens its workbench. */
export async function loadWorkbench(
  { module: url, settings }: WorkbenchModule,
  threads: number,
): Promise<Workbench> {
  const module: unknown = await import(url);
  if (!hasWorkbench(module)) throw new Error(`internal: ${url} does not export openWorkbench`);
  return module.openWorkbench(settings, threads);
}

function hasWorkbench(module: unknown): module is { openWorkbench: OpenWorkbench } {
  return (
    typeof module === 'object' &&
    module !== null &&
    'openWorkbench' in module &&
    typeof module.openWorkbench === 'function'
  );
}

/** What {@link measureTask} needs besides the experiment; the task decides what is taken over. */
export interface MeasureOptions extends Omit<RunOptions, 'seed' | 'storage' | 'signal'> {
  readonly storage: Omit<RunStorage, 'takeOver'>;
}

/**
 * Measures one cell in this process: what a {@link Workbench} does once it has found the experiment.
 *
 * @throws {ConfigError} If the cell would have another address here, because the code is another.
 */
export async function measureTask(
  experiment: Experiment,
  task: CellTask,
  { storage, ...options }: MeasureOptions,
  { signal, onProgress }: WorkbenchWatch,
): Promise<void> {
  const { paper, cell, address, takeOver } = task;
  if ((await cellAddress({ paper, cell, source: storage.source })) !== address) {
    throw new ConfigError(
      `${nameOf(task)}: was planned for code and runtime "${task.source}" and would be measured by ` +
        `"${storage.source}"; use the same commit, packages and backend on both sides`,
    );
  }
  const run = { ...options, storage: { ...storage, takeOver }, signal };
  for await (const event of runCells(experiment, [cell], run)) {
    if (event.kind === 'progress') onProgress(event.progress);
  }
  signal.throwIfAborted();
}
