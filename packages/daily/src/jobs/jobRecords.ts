import { sql } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';

/** How a job is doing. */
export interface JobRecord {
  readonly name: string;
  /** When it runs, in UTC; null for one that only runs when it is asked for. */
  readonly cron: string | null;
  readonly startedAt: Date | null;
  readonly succeededAt: Date | null;
  /** Of the latest success. */
  readonly durationMs: number | null;
  readonly failedAt: Date | null;
  readonly failure: string | null;
}

/** All jobs that were ever declared, by name. */
export async function readJobRecords(connection: Connection): Promise<JobRecord[]> {
  return kyselyOn(connection)
    .selectFrom('jobs')
    .select([
      'name',
      'cron',
      'started_at as startedAt',
      'succeeded_at as succeededAt',
      'duration_ms as durationMs',
      'failed_at as failedAt',
      'failure',
    ])
    .orderBy('name')
    .execute();
}

/**
 * Notes that there is such a job. What it is due for is kept from earlier processes, so that a missed
 * time is noticed; a time in the future, which a wrong clock left, is not.
 *
 * @param due - The latest time of `cron`: nothing is due at a first start.
 */
export async function registerJob(
  connection: Connection,
  name: string,
  cron: string | null,
  due: Date | null,
): Promise<void> {
  await kyselyOn(connection)
    .insertInto('jobs')
    .values({ name, cron, due_at: due })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({
        cron,
        due_at: sql<Date | null>`least(jobs.due_at, excluded.due_at)`,
      }),
    )
    .execute();
}

/** Takes a time at which a job is due; of several processes one gets it. */
export async function takeDueTime(
  connection: Connection,
  name: string,
  due: Date,
): Promise<boolean> {
  const { numUpdatedRows } = await kyselyOn(connection)
    .updateTable('jobs')
    .set({ due_at: due })
    .where('name', '=', name)
    .where((where) => where.or([where('due_at', 'is', null), where('due_at', '<', due)]))
    .executeTakeFirst();
  return numUpdatedRows > 0n;
}

/** Notes that a job runs. */
export async function recordStart(connection: Connection, name: string, at: Date): Promise<void> {
  await kyselyOn(connection)
    .updateTable('jobs')
    .set({ started_at: at })
    .where('name', '=', name)
    .execute();
}

/** Notes that a job has done its work. */
export async function recordSuccess(
  connection: Connection,
  name: string,
  { at, durationMs }: { readonly at: Date; readonly durationMs: number },
): Promise<void> {
  await kyselyOn(connection)
    .updateTable('jobs')
    .set({ succeeded_at: at, duration_ms: durationMs })
    .where('name', '=', name)
    .execute();
}

/** Notes that a job has failed; its latest success stays. */
export async function recordFailure(
  connection: Connection,
  name: string,
  { at, failure }: { readonly at: Date; readonly failure: string },
): Promise<void> {
  await kyselyOn(connection)
    .updateTable('jobs')
    .set({ failed_at: at, failure })
    .where('name', '=', name)
    .execute();
}
