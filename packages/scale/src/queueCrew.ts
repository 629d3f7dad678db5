import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { CellError } from './errors.ts';
import { jobId, statesOf, type JobState } from './jobTable.ts';
import {
  failureOf,
  openQueue,
  type CellQueue,
  type EnqueueOptions,
  type QueueOptions,
} from './queue.ts';
import { nameOf, progressSchema, type CellTask, type Crew, type Watch } from './task.ts';

/** How a run follows its cells in a queue. */
export interface QueueCrewOptions extends Omit<QueueOptions, 'signal'>, EnqueueOptions {
  /** PostgreSQL, as for `openDatabase`. */
  readonly url: string;
  /** Time between two looks at the cells; default 1. */
  readonly pollSeconds?: number;
}

/** After so long without a worker, the one who waits is told how to start one. */
const lonelySeconds = 15;

/**
 * Workers that take cells from a queue in PostgreSQL, on whichever machines they run: see `work`. When
 * the run stops, its cells stay in the queue and workers go on; the same run finds them later.
 */
export function queueCrew(options: QueueCrewOptions): Crew {
  return async (tasks, watch) => {
    if (tasks.length === 0) return;
    const queue = await openQueue(options.url, { ...options, signal: watch.signal });
    try {
      await queue.put(tasks, options);
      await follow(queue, tasks, { ...options, watch });
    } catch (error) {
      if (!watch.signal.aborted) throw error;
    } finally {
      await queue.close();
    }
  };
}

/**
 * Puts cells into a queue and leaves; a run with the same cells collects them at any later time.
 *
 * @throws {ConfigError} If address, user or password is wrong.
 * @throws {ServiceError} If the database does not answer in time.
 */
export async function enqueue(
  tasks: readonly CellTask[],
  options: QueueCrewOptions & Pick<QueueOptions, 'signal'>,
): Promise<void> {
  const queue = await openQueue(options.url, options);
  try {
    await queue.put(tasks, options);
  } finally {
    await queue.close();
  }
}

/** Looks at the cells until all are finished or one has failed. */
async function follow(
  queue: CellQueue,
  tasks: readonly CellTask[],
  { watch, pollSeconds = 1, onNotice, ...how }: QueueCrewOptions & { readonly watch: Watch },
): Promise<void> {
  const { signal } = watch;
  const open = new Map(tasks.map((task) => [jobId(task), task]));
  let busyMs = performance.now();
  while (open.size > 0 && !signal.aborted) {
    const states = await statesOf(queue.database, [...open.values()]);
    for (const state of states) settle(state, open, watch);
    const known = new Set(states.map(({ id }) => id));
    const lost = [...open].flatMap(([id, task]) => (known.has(id) ? [] : [task]));
    if (lost.length > 0) await queue.put(lost, how);
    const nowMs = performance.now();
    if (states.some(({ state }) => state === 'active' || state === 'completed')) busyMs = nowMs;
    if (nowMs - busyMs > 1000 * lonelySeconds) {
      onNotice?.(`${queue.database.place}: ${open.size} cells wait and no worker takes them`);
      busyMs = Infinity;
    }
    if (open.size > 0) await sleep(1000 * pollSeconds, undefined, { signal });
  }
}

const signSchema = z.object({ progress: progressSchema });

function settle(
  { id, state, attempts, output }: JobState,
  open: Map<string, CellTask>,
  watch: Watch,
): void {
  const task = open.get(id);
  if (!task) throw new Error(`internal: nobody asked for job ${id}`);
  switch (state) {
    case 'created':
    case 'retry':
      return;
    case 'active': {
      const sign = signSchema.safeParse(output);
      if (sign.success) watch.onProgress(task, sign.data.progress);
      return;
    }
    case 'completed':
      open.delete(id);
      watch.onFinished(task);
      return;
    case 'cancelled':
      throw new CellError(`${nameOf(task)}: somebody cancelled it in the queue; run again`);
    case 'failed':
      throw new CellError(
        `${nameOf(task)}: given up after ${attempts} attempts; the last: ${failureOf(output)}`,
      );
  }
}
