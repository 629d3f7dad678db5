/**
 * Work that is done beside the pages, by the clock or when asked for. The queue is pg-boss, in the same
 * database as everything else, so that a job survives its process. When a job is due is decided here:
 * pg-boss forgets the times at which no process ran.
 */
import type { Configuration } from '../configuration.ts';
import type { Database } from '../database/database.ts';
import { openBossQueue, type BossQueue } from './bossQueue.ts';
import { registerJob, takeDueTime } from './jobRecords.ts';
import { lastTime } from './lastTime.ts';
import { performJob, type JobEvent, type JobHandler } from './performJob.ts';

/** How a job is treated. */
export interface JobOptions {
  /** Default 15 minutes. After a crash, other processes on the server take the job over only then. */
  readonly timeLimitSeconds?: number;
}

/** The jobs of a site. Declare them all, then `start`. */
export interface Jobs {
  /**
   * Declares a job that runs by the clock. Times that pass while nobody is there are made up for by one
   * run at the next start.
   *
   * @param name - Of a-z and hyphens.
   * @param cron - Five fields, in UTC: `15 4 * * 1-5`.
   */
  readonly schedule: (
    name: string,
    cron: string,
    handler: JobHandler,
    options?: JobOptions,
  ) => void;
  /** Declares a job that runs when it is put into the queue. */
  readonly handle: (name: string, handler: JobHandler, options?: JobOptions) => void;
  /**
   * Puts a declared job into the queue, also one that runs by the clock. Of one name and key at most one
   * waits and one runs at a time, over all processes.
   *
   * @returns False if one is waiting already.
   */
  readonly enqueue: (
    name: string,
    data?: Readonly<Record<string, unknown>>,
    options?: { readonly singletonKey?: string },
  ) => Promise<boolean>;
  /** Prepares the queue and, unless this process serves pages only, begins to work. */
  readonly start: () => Promise<void>;
  /** Tells running jobs to end, waits for them, and leaves what is unfinished to the next process. */
  readonly stop: () => Promise<void>;
}

/** What the surroundings of the jobs may want to know or set. */
export interface JobsSettings {
  readonly onEvent?: (event: JobEvent) => void;
  /** What went wrong outside of jobs, for example a queue that cannot be read. */
  readonly onError?: (error: unknown) => void;
  /** How often the queue is read; default 2 s. */
  readonly pollMs?: number;
  /** How long `stop` waits for running jobs; default 10 s. */
  readonly patienceMs?: number;
  /** The time; default the clock. */
  readonly now?: () => Date;
}

interface DeclaredJob {
  readonly name: string;
  readonly cron: string | null;
  readonly handler: JobHandler;
  readonly timeLimitSeconds: number;
}

const defaults = {
  onEvent: () => undefined,
  onError: () => undefined,
  pollMs: 2000,
  patienceMs: 10_000,
  now: () => new Date(),
};

/**
 * The jobs on a database.
 *
 * @param configuration - `WP_ROLE` says whether this process works. Without `DATABASE_URL` it is alone:
 * jobs that were running when the last one was killed are run again at once.
 */
export function openJobs(
  database: Database,
  configuration: Pick<Configuration, 'WP_ROLE' | 'DATABASE_URL'>,
  settings: JobsSettings = {},
): Jobs {
  const given = { ...defaults, ...settings };
  const queue = openBossQueue(database, given.onError);
  const declared = new Map<string, DeclaredJob>();
  let stopWork: (() => Promise<void>) | undefined;
  let isStarted = false;

  const declare = (job: DeclaredJob): void => {
    const { name, cron } = job;
    if (!/^[a-z][a-z-]*$/.test(name)) throw new Error(`internal: a job is called "${name}"`);
    if (isStarted) throw new Error(`internal: the job ${name} is declared after the start`);
    if (declared.has(name)) throw new Error(`internal: the job ${name} is declared twice`);
    if (cron !== null) lastTime(cron, given.now()); // throws if it is none
    declared.set(name, job);
  };

  return {
    schedule: (name, cron, handler, { timeLimitSeconds = 900 } = {}) =>
      declare({ name, cron, handler, timeLimitSeconds }),
    handle: (name, handler, { timeLimitSeconds = 900 } = {}) =>
      declare({ name, cron: null, handler, timeLimitSeconds }),
    enqueue: async (name, data = {}, options = {}) => {
      if (!declared.has(name)) throw new Error(`internal: there is no job ${name}`);
      return queue.send(name, data, options);
    },
    start: async () => {
      isStarted = true;
      await queue.start();
      for (const { name, cron, timeLimitSeconds } of declared.values()) {
        await queue.prepare(name, timeLimitSeconds);
        await registerJob(database, name, cron, cron === null ? null : lastTime(cron, given.now()));
      }
      if (configuration.WP_ROLE === 'web') return;
      if (configuration.DATABASE_URL === undefined) await queue.releaseAll();
      stopWork = beginWork({ database, queue, declared, settings: given });
    },
    stop: async () => {
      await stopWork?.();
      await queue.stop();
    },
  };
}

interface Work {
  readonly database: Database;
  readonly queue: BossQueue;
  readonly declared: ReadonlyMap<string, DeclaredJob>;
  readonly settings: Required<JobsSettings>;
}

/** Reads the queue now and then, and does what waits there: of each name one at a time. */
function beginWork({ database, queue, declared, settings }: Work): () => Promise<void> {
  const { onError, pollMs, patienceMs, now } = settings;
  const running = new Map<string, Promise<void>>();
  const ending = new AbortController();
  const enqueueDue = dueJobs(database, queue, declared);

  const poll = async (): Promise<void> => {
    await enqueueDue(now());
    for (const name of await queue.waiting()) {
      const job = declared.get(name);
      if (job === undefined || running.has(name) || ending.signal.aborted) continue;
      const fetched = await queue.fetch(name);
      if (fetched === undefined) continue;
      const run = performJob({ database, queue, settings, signal: ending.signal }, job, fetched)
        .catch(onError)
        .finally(() => running.delete(name));
      running.set(name, run);
    }
  };

  let timer: NodeJS.Timeout | undefined;
  let polling: Promise<void>;
  const pollOn = (): void => {
    polling = poll()
      .catch(onError)
      .then(() => {
        if (!ending.signal.aborted) timer = setTimeout(pollOn, pollMs);
      });
  };
  pollOn();

  return async () => {
    ending.abort(new Error('the site stops'));
    clearTimeout(timer);
    await polling;
    await within(patienceMs, Promise.all(running.values()));
  };
}

/** Puts the jobs into the queue whose time has come since it was last asked, in this process or another. */
function dueJobs(database: Database, queue: BossQueue, declared: Work['declared']) {
  const seen = new Map<string, number>();
  return async (now: Date): Promise<void> => {
    for (const { name, cron } of declared.values()) {
      if (cron === null) continue;
      const due = lastTime(cron, now);
      if (seen.get(name) === due.getTime()) continue;
      await database.transaction(async (connection) => {
        if (await takeDueTime(connection, name, due)) await queue.send(name, {}, { connection });
      });
      seen.set(name, due.getTime());
    }
  };
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise((resolve) => (timer = setTimeout(resolve, ms)));
  await Promise.race([work, patience]);
  clearTimeout(timer);
}
