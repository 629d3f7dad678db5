import { WorkingPapersError } from '@working-papers/grad';
import PgBoss from 'pg-boss';
import { z } from 'zod';
import {
  jobId,
  offersIn,
  queueOf,
  schema,
  statesOf,
  type HeldJob,
  type QueueOffer,
} from './jobTable.ts';
import { openDatabase, type Database, type DatabaseOptions } from './postgres.ts';
import { taskSchema, type CellTask } from './task.ts';

/** How the queue is kept. */
export interface QueueOptions extends DatabaseOptions {
  /** Of the code that runs here, for messages. */
  readonly commit: string;
  /** Time between two searches for cells whose workers fell silent; default 5. */
  readonly searchSeconds?: number;
}

/** How cells are put into a queue. */
export interface EnqueueOptions {
  /** A worker that gives no sign of life for so long has lost its cell; default 30. */
  readonly leaseSeconds?: number;
  /** How often a cell is begun before it counts as failed; default 3. */
  readonly attempts?: number;
}

/** A cell that this process has from the queue. */
export interface TakenJob extends HeldJob {
  readonly task: CellTask;
  readonly leaseSeconds: number;
}

/** Cells in a database. */
export interface CellQueue {
  readonly database: Database;
  /** Puts cells in, the first with the highest priority; one that is in already stays as it is. */
  readonly put: (tasks: readonly CellTask[], options: EnqueueOptions) => Promise<void>;
  /** Takes the first cell of the oldest accepted queue; undefined if none waits. */
  readonly take: (
    accepts: (offer: QueueOffer) => Promise<boolean>,
  ) => Promise<TakenJob | undefined>;
  readonly complete: (job: HeldJob, output: object) => Promise<void>;
  /** Counts an attempt as failed. */
  readonly fail: (job: HeldJob, output: object) => Promise<void>;
  readonly close: () => Promise<void>;
}

const dataSchema = z.object({ task: taskSchema, commit: z.string() });

const weekSeconds = 7 * 24 * 3600;

/**
 * Opens the queues of a database, and makes their tables if there are none. Each version of the code of
 * each paper has a queue of its own, so a worker never gets a cell that it would measure otherwise.
 *
 * @param url - As for `openDatabase`.
 * @throws {ConfigError} If the address, the user or the password is wrong.
 * @throws {ServiceError} If the database does not answer in time.
 */
export async function openQueue(url: string, options: QueueOptions): Promise<CellQueue> {
  const { commit, signal, onNotice, searchSeconds = 5 } = options;
  const database = openDatabase(url, options);
  const boss = new PgBoss({
    db: { executeSql: (sql, values) => database.query(sql, values) },
    schema,
    schedule: false,
    maintenanceIntervalSeconds: searchSeconds,
    archiveCompletedAfterSeconds: weekSeconds,
  });
  boss.on('error', (error) => {
    if (!signal.aborted) onNotice?.(`${database.place}: ${error.message}`);
  });
  try {
    await boss.start();
  } catch (error) {
    await database.close();
    throw error;
  }
  return {
    database,
    put: (tasks, how) => put({ boss, database, commit }, tasks, how),
    take: async (accepts) => {
      for (const offer of await offersIn(database)) {
        const job = (await accepts(offer)) ? await take(boss, database, offer.queue) : undefined;
        if (job) return job;
      }
      return undefined;
    },
    complete: ({ queue, id }, output) => boss.complete(queue, id, output),
    fail: ({ queue, id }, output) => boss.fail(queue, id, output),
    close: async () => {
      await boss.stop({ graceful: false });
      await database.close();
    },
  };
}

async function put(
  { boss, database, commit }: { boss: PgBoss; database: Database; commit: string },
  tasks: readonly CellTask[],
  { leaseSeconds = 30, attempts = 3 }: EnqueueOptions,
): Promise<void> {
  const known = await statesOf(database, tasks);
  // Whoever puts a cell in that is over wants it measured again.
  for (const { queue, id, state } of known) {
    if (/completed|cancelled|failed/.test(state)) await boss.deleteJob(queue, id);
  }
  for (const name of new Set(tasks.map(queueOf))) await boss.createQueue(name);
  await boss.insert(
    tasks.map((task, i) => ({
      id: jobId(task),
      name: queueOf(task),
      data: { task, commit },
      priority: tasks.length - i,
      expireInSeconds: leaseSeconds,
      retryLimit: attempts - 1,
    })),
  );
}

async function take(boss: PgBoss, database: Database, name: string): Promise<TakenJob | undefined> {
  const faults: unknown[] = [];
  // pg-boss takes an error here for an empty queue.
  const db = {
    executeSql: (sql: string, values: unknown[]) =>
      database.query(sql, values).catch((error: unknown) => {
        faults.push(error);
        throw error;
      }),
  };
  const [job] = await boss.fetch(name, { includeMetadata: true, batchSize: 1, db });
  for (const fault of faults) throw fault;
  if (!job) return undefined;
  const { id, retryCount } = job;
  const { task } = dataSchema.parse(job.data);
  return { queue: name, id, retryCount, task, leaseSeconds: Number(job.expireInSeconds) };
}

/** What a worker says when an attempt failed, or pg-boss when the worker fell silent. */
const outputSchema = z.union([
  z.object({ worker: z.string(), message: z.string() }),
  z.object({ value: z.object({ message: z.string() }) }),
]);

/** Why the last attempt of a job failed, in words. */
export function failureOf(output: unknown): string {
  const parsed = outputSchema.safeParse(output);
  if (!parsed.success) return 'no reason is known';
  if ('value' in parsed.data) return 'its worker fell silent: killed, out of memory or cut off';
  return `${parsed.data.message} (${parsed.data.worker})`;
}

/** The text of an error for somebody at another machine. */
export function messageOf(error: unknown): string {
  if (error instanceof WorkingPapersError) return error.message;
  return error instanceof Error ? `${error.name}: ${error.message}` : String(error);
}
