import { hostname } from 'node:os';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Progress } from '@working-papers/paper-kit';
import { beat, handBack, unfinishedIn, type QueueOffer } from './jobTable.ts';
import { threadsPerWorker } from './localCrew.ts';
import { messageOf, openQueue, type CellQueue, type QueueOptions, type TakenJob } from './queue.ts';
import { nameOf } from './task.ts';
import {
  WorkerEnded,
  startWorker,
  type WorkerOptions,
  type WorkerProcess,
} from './workerProcess.ts';

/** What happens to the cells of a worker. */
export interface WorkEvent {
  readonly kind: 'begun' | 'measured' | 'failed' | 'lost' | 'handed back';
  /** Paper and cell. */
  readonly name: string;
  /** Why, if it failed. */
  readonly message?: string;
}

/** How a machine serves a queue. */
export interface WorkOptions extends QueueOptions, Omit<WorkerOptions, 'threads'> {
  /**
   * What decides the rows of a paper here, besides its cells: as in the storage of runs. A worker takes
   * the cells of runs that have the same.
   */
  readonly sourceOf: (paper: string) => Promise<string>;
  /** How many cells at once, each in a process of its own; default 1. */
  readonly workers?: number;
  /** Threads for all of them together; default one per core. */
  readonly threads?: number;
  /** Leaves when the queue has had no unfinished cell for so long; default never. */
  readonly idleSeconds?: number;
  /** Time between two looks into an empty queue; default 1. */
  readonly pollSeconds?: number;
  /** Time after a failed cell in which others may try it first; default 5. */
  readonly pauseSeconds?: number;
  readonly onEvent?: (event: WorkEvent) => void;
}

/**
 * Takes cells from a queue and measures them in processes of this machine until `signal` aborts or the
 * queue is empty for `idleSeconds`. A cell whose process ends counts as a failed attempt; one that this
 * worker stops measuring because of the signal goes back as if it had never been begun.
 *
 * A worker that is killed is noticed by the others when its signs of life stop. Should it live after
 * all, its record is the same as that of whoever took over, under the same address.
 *
 * @throws {ConfigError} If the address of the database is wrong, or `workers` not a positive integer.
 * @throws {ServiceError} If the database stays away.
 */
export async function work(url: string, options: WorkOptions): Promise<void> {
  const { workers = 1 } = options;
  const threads = threadsPerWorker(workers, options.threads);
  const end = new AbortController();
  const signal = AbortSignal.any([options.signal, end.signal]);
  const queue = await openQueue(url, { ...options, signal });
  const gate = createGate(options);
  const post = { queue, gate, options: { ...options, threads, signal } };
  const faults: unknown[] = [];
  const leave = (error: unknown) => {
    if (!signal.aborted) faults.push(error);
    end.abort();
  };
  const slots = Array.from({ length: workers }, () => serve(post).catch(leave));
  await Promise.all(slots);
  end.abort();
  await queue.close();
  if (faults.length > 0) throw faults[0];
}

/** What the places of one machine share. */
interface Post {
  readonly queue: CellQueue;
  readonly options: WorkOptions & { readonly threads: number };
  readonly gate: Gate;
}

/** What one place does: a process, and one cell after the other. */
async function serve(post: Post): Promise<void> {
  const { queue, gate, options } = post;
  const { signal, pollSeconds = 1, pauseSeconds = 5 } = options;
  let worker: WorkerProcess | undefined;
  try {
    while (!signal.aborted) {
      // Before it takes a cell: where no workbench can be opened, no cell is lost.
      worker ??= await startWorker(options);
      const job = await queue.take(gate.accepts);
      if (job) {
        const kind = await measure(worker, job, post);
        if (!worker.isAlive()) worker = undefined;
        if (kind === 'failed') await pause(pauseSeconds, signal);
      } else {
        if (await gate.isIdle(queue)) return;
        await pause(pollSeconds, signal);
      }
    }
  } finally {
    await worker?.close();
  }
}

/** Measures a cell and tells the queue how that went, with signs of life in between. */
async function measure(
  worker: WorkerProcess,
  job: TakenJob,
  { queue, options }: Post,
): Promise<WorkEvent['kind']> {
  const { task } = job;
  const self = `${hostname()}, process ${process.pid}`;
  const tell = (kind: WorkEvent['kind'], message?: string) => {
    options.onEvent?.({ kind, name: nameOf(task), ...(message !== undefined && { message }) });
    return kind;
  };
  const hold = keepHold(job, queue, self);
  const signal = AbortSignal.any([options.signal, hold.lost]);
  tell('begun');
  try {
    await worker.measure(task, { signal, onProgress: hold.setProgress });
    await hold.release();
    await queue.complete(job, { worker: self });
    return tell('measured');
  } catch (error) {
    await hold.release();
    if (options.signal.aborted) {
      // If the database is away too, the lease ends by itself.
      await handBack(queue.database, job).catch(() => undefined);
      return tell('handed back');
    }
    hold.throwIfCutOff();
    if (hold.lost.aborted || !(await hold.isHeld())) return tell('lost');
    const isEnd = error instanceof WorkerEnded;
    const message = isEnd ? `its process was ended by ${error.message}` : messageOf(error);
    await queue.fail(job, { worker: self, message });
    return tell('failed', message);
  }
}

/** Gives signs of life for a job until it is released, with the latest progress. */
function keepHold(job: TakenJob, { database }: CellQueue, worker: string) {
  const release = new AbortController();
  const lost = new AbortController();
  const faults: unknown[] = [];
  let progress: Progress | undefined;
  const isHeld = () => beat(database, job, { worker, progress });
  const beatSeconds = Math.min(2, job.leaseSeconds / 4);
  const beating = (async () => {
    while (!release.signal.aborted) {
      await pause(beatSeconds, release.signal);
      if (!release.signal.aborted && !(await isHeld())) lost.abort();
    }
  })().catch((error: unknown) => {
    faults.push(error);
    lost.abort();
  });
  return {
    /** Aborts when another worker has the job, or the database stays away. */
    lost: lost.signal,
    throwIfCutOff: () => {
      if (faults.length > 0) throw faults[0];
    },
    isHeld,
    setProgress: (latest: Progress) => {
      progress = latest;
    },
    release: async () => {
      release.abort();
      await beating;
    },
  };
}

/** Which cells a worker takes, and when there are none left. */
interface Gate {
  readonly accepts: (offer: QueueOffer) => Promise<boolean>;
  /** Whether the accepted queues have been without unfinished cells for long enough to leave. */
  readonly isIdle: (queue: CellQueue) => Promise<boolean>;
}

function createGate({ sourceOf, commit, onNotice, idleSeconds = Infinity }: WorkOptions): Gate {
  const decisions = new Map<string, Promise<boolean>>();
  let emptyMs: number | undefined;
  const decide = async (offer: QueueOffer) => {
    const own = await sourceOf(offer.paper).catch(messageOf);
    if (own === offer.source) return true;
    const [its, here] = [offer.commit, commit].map((hash) => hash.slice(0, 12));
    onNotice?.(
      `refuses ${offer.cells} cells of ${offer.paper}: they are for commit ${its}, "${offer.source}", ` +
        `and this worker has ${here}, "${own}"; start one with their code and backend`,
    );
    return false;
  };
  return {
    accepts: (offer) => {
      const decision = decisions.get(offer.queue) ?? decide(offer);
      decisions.set(offer.queue, decision);
      return decision;
    },
    isIdle: async ({ database }) => {
      if (idleSeconds === Infinity) return false;
      const queues = [...decisions.keys()];
      const accepted = await Promise.all(decisions.values());
      // Cells of others count: should those die, somebody has to be there.
      const own = queues.filter((_, i) => accepted[i]);
      const isEmpty = (await unfinishedIn(database, own)) === 0;
      emptyMs = isEmpty ? (emptyMs ?? performance.now()) : undefined;
      return emptyMs !== undefined && performance.now() - emptyMs >= 1000 * idleSeconds;
    },
  };
}

/** Waits; an abort ends the wait and is no error. */
async function pause(seconds: number, signal: AbortSignal): Promise<void> {
  await sleep(1000 * seconds, undefined, { signal }).catch(() => undefined);
}
