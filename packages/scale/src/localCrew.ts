import { availableParallelism } from 'node:os';
import { ConfigError } from '@working-papers/grad';
import { CellError } from './errors.ts';
import { nameOf, type CellTask, type Crew, type Watch } from './task.ts';
import {
  WorkerEnded,
  startWorker,
  type WorkerOptions,
  type WorkerProcess,
} from './workerProcess.ts';

/** Processes on this machine, and how they share it. */
export interface LocalCrewOptions extends Omit<WorkerOptions, 'threads'> {
  /** How many processes. */
  readonly workers: number;
  /** Threads for all of them together; default one per core. */
  readonly threads?: number;
  /** How often the process of one cell may end before the cell counts as the cause; default 3. */
  readonly attempts?: number;
  /** Told when a process ended and another one takes its cell over. */
  readonly onNotice?: (notice: string) => void;
}

/** The threads of each of several processes: an equal share, at least one. */
export function threadsPerWorker(workers: number, threads = availableParallelism()): number {
  if (!Number.isSafeInteger(workers) || workers < 1) {
    throw new ConfigError(`workers: ${workers} is not a positive integer`);
  }
  return Math.max(1, Math.floor(threads / workers));
}

/**
 * Processes that take cells from one queue in this process. The cell of a process that ends, killed
 * or out of memory, goes to a new one. An error that a cell throws is not tried again: the same code
 * on the same machine would throw it again.
 *
 * @throws {ConfigError} If `workers` is not a positive integer.
 */
export function localCrew(options: LocalCrewOptions): Crew {
  const { workers, attempts = 3 } = options;
  const worker = { ...options, threads: threadsPerWorker(workers, options.threads) };
  return async (tasks, watch) => {
    const waiting = tasks.map((task) => ({ task, ends: [] as readonly string[] }));
    const fault = new AbortController();
    const signal = AbortSignal.any([watch.signal, fault.signal]);
    const slots = tasks.slice(0, workers).map(async () => {
      try {
        await workThrough(waiting, { ...worker, attempts }, { ...watch, signal });
      } catch (error) {
        if (!signal.aborted) fault.abort(error);
      }
    });
    await Promise.all(slots);
    fault.signal.throwIfAborted();
  };
}

interface Waiting {
  readonly task: CellTask;
  /** How the processes that had the task before ended. */
  readonly ends: readonly string[];
}

/** What one place for a process does until nothing waits. */
async function workThrough(
  waiting: Waiting[],
  options: WorkerOptions & Pick<LocalCrewOptions, 'onNotice'> & { readonly attempts: number },
  watch: Watch,
): Promise<void> {
  let worker: WorkerProcess | undefined;
  try {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { task, ends } = next;
      if (watch.signal.aborted) return;
      worker ??= await startWorker(options);
      try {
        await worker.measure(task, {
          signal: watch.signal,
          onProgress: (progress) => watch.onProgress(task, progress),
        });
        watch.onFinished(task);
      } catch (error) {
        if (watch.signal.aborted) return;
        if (!(error instanceof WorkerEnded)) throw inCell(task, error);
        worker = undefined;
        const all = [...ends, error.message];
        if (all.length >= options.attempts) throw givenUp(task, all);
        options.onNotice?.(
          `${nameOf(task)}: its process was ended by ${error.message}; another one takes it over`,
        );
        waiting.unshift({ task, ends: all });
      }
    }
  } finally {
    await worker?.close();
  }
}

/** Puts the cell before the message of an error, unless that names it. */
function inCell(task: CellTask, error: unknown): unknown {
  if (error instanceof Error && !error.message.includes(task.cell.label)) {
    error.message = `${nameOf(task)}: ${error.message}`;
  }
  return error;
}

function givenUp(task: CellTask, ends: readonly string[]): CellError {
  return new CellError(
    `${nameOf(task)}: given up after ${ends.length} processes were ended (${ends.join(', ')}); ` +
      'if memory ran out, use fewer workers or a smaller preset',
  );
}
