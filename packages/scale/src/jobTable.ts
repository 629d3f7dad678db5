/**
 * What pg-boss 10 has no function for, in SQL on its table: a sign of life, giving a job back, and a look
 * at many jobs at once. Its version is pinned, and with it the form of the table.
 */
import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { Database } from './postgres.ts';
import type { CellTask } from './task.ts';

/** Schema of the database that holds the queue; no other use of pg-boss shares it. */
export const schema = 'working_papers_cells';

/** The queue of a cell: that of its paper and of the code that measures it. */
export function queueOf({ paper, source }: CellTask): string {
  return `${paper}-${createHash('sha256').update(source).digest('hex').slice(0, 12)}`;
}

/** The job of a cell: the first half of its address, in the form of a UUID. */
export function jobId({ address }: CellTask): string {
  return address.slice(0, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

/** A job that a worker has, as that worker knows it. */
export interface HeldJob {
  readonly queue: string;
  readonly id: string;
  /** How often it was begun before; a later holder has a higher one. */
  readonly retryCount: number;
}

const isHeld = "name = $1 AND id = $2 AND retry_count = $3 AND state = 'active'";

/**
 * Gives a sign of life: pg-boss measures expiry from the start, which is now again.
 *
 * @param output - What watchers may know, replaced by the outcome at the end.
 * @returns False if the job is no longer the worker's: it was silent for too long, and another has it.
 */
export async function beat(database: Database, job: HeldJob, output: object): Promise<boolean> {
  const { rowCount } = await database.query(
    `UPDATE ${schema}.job SET started_on = now(), output = $4 WHERE ${isHeld}`,
    [job.queue, job.id, job.retryCount, JSON.stringify(output)],
  );
  return rowCount > 0;
}

/** Puts a job back as if nobody had begun it: a worker that stops in good order costs no attempt. */
export async function handBack(database: Database, job: HeldJob): Promise<void> {
  await database.query(
    `UPDATE ${schema}.job SET state = 'created', started_on = NULL, output = NULL WHERE ${isHeld}`,
    [job.queue, job.id, job.retryCount],
  );
}

const stateSchema = z.object({
  queue: z.string(),
  id: z.string(),
  state: z.enum(['created', 'retry', 'active', 'completed', 'cancelled', 'failed']),
  attempts: z.number(),
  output: z.unknown(),
});

/** A job as a watcher sees it. */
export type JobState = z.infer<typeof stateSchema>;

/** The jobs of some cells, as far as there are any. */
export async function statesOf(
  database: Database,
  tasks: readonly CellTask[],
): Promise<JobState[]> {
  const { rows } = await database.query(
    `SELECT name AS queue, id, state::text, retry_count + 1 AS attempts, output
     FROM ${schema}.job WHERE name = ANY($1) AND id = ANY($2::uuid[])`,
    [[...new Set(tasks.map(queueOf))], tasks.map(jobId)],
  );
  return rows.map((row) => stateSchema.parse(row));
}

const offerSchema = z.object({
  queue: z.string(),
  cells: z.number(),
  paper: z.string(),
  source: z.string(),
  commit: z.string(),
});

/** Cells of one paper, for one version of its code, that wait. */
export type QueueOffer = z.infer<typeof offerSchema>;

/** What waits, the oldest first. */
export async function offersIn(database: Database): Promise<QueueOffer[]> {
  const { rows } = await database.query(
    `SELECT name AS queue, count(*)::int AS cells, min(data->'task'->>'paper') AS paper,
       min(data->'task'->>'source') AS source, min(data->>'commit') AS commit
     FROM ${schema}.job WHERE state < 'active' GROUP BY name ORDER BY min(created_on)`,
  );
  return rows.map((row) => offerSchema.parse(row));
}

/** How many cells of some queues wait or are being measured. */
export async function unfinishedIn(database: Database, queues: readonly string[]): Promise<number> {
  const { rows } = await database.query(
    `SELECT count(*)::int AS cells FROM ${schema}.job
     WHERE name = ANY($1) AND state < 'completed'`,
    [queues],
  );
  return z.tuple([z.object({ cells: z.number() })]).parse(rows)[0].cells;
}
