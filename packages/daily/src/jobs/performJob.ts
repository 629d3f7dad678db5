import type { Database } from '../database/database.ts';
import { failureText } from '../operation/redact.ts';
import type { BossQueue, FetchedJob } from './bossQueue.ts';
import { recordFailure, recordStart, recordSuccess } from './jobRecords.ts';

/** What a job gets. */
export interface JobRun {
  /** As given to `enqueue`; empty for one that runs by the clock. */
  readonly data: Readonly<Record<string, unknown>>;
  /** Aborted at the time limit and when the site stops: the job then ends by throwing, and is tried again. */
  readonly signal: AbortSignal;
}

/** Does a job. After a crash it is done again, which must not do harm. */
export type JobHandler = (run: JobRun) => Promise<void>;

/** What became of a job. */
export interface JobEvent {
  readonly job: string;
  readonly outcome: 'succeeded' | 'failed' | 'interrupted';
  readonly ms: number;
  /** Why it did not succeed, without addresses. */
  readonly failure?: string;
}

interface Surroundings {
  readonly database: Database;
  readonly queue: BossQueue;
  readonly settings: { readonly onEvent: (event: JobEvent) => void; readonly now: () => Date };
  /** Aborted when the site stops. */
  readonly signal: AbortSignal;
}

interface Performed {
  readonly name: string;
  readonly handler: JobHandler;
  readonly timeLimitSeconds: number;
}

/** Does a fetched job, and notes when it began, and how it ended. Throws only if that cannot be noted. */
export async function performJob(
  { database, queue, settings, signal }: Surroundings,
  { name, handler, timeLimitSeconds }: Performed,
  { id, data }: FetchedJob,
): Promise<void> {
  const { onEvent, now } = settings;
  const started = performance.now();
  const elapsed = () => Math.round(performance.now() - started);
  const limit = new AbortController();
  const timer = setTimeout(() => {
    limit.abort(new Error(`it took longer than ${timeLimitSeconds} s`));
  }, timeLimitSeconds * 1000);
  try {
    await recordStart(database, name, now());
    await handler({ data, signal: AbortSignal.any([signal, limit.signal]) });
    const durationMs = elapsed();
    await database.transaction(async (connection) => {
      await recordSuccess(connection, name, { at: now(), durationMs });
      await queue.complete(name, id, connection);
    });
    onEvent({ job: name, outcome: 'succeeded', ms: durationMs });
  } catch (error) {
    const failure = failureText(limit.signal.aborted ? limit.signal.reason : error);
    const outcome = signal.aborted ? 'interrupted' : 'failed';
    onEvent({ job: name, outcome, ms: elapsed(), failure });
    await queue.fail(name, id, failure);
    if (outcome === 'failed') await recordFailure(database, name, { at: now(), failure });
  } finally {
    clearTimeout(timer);
  }
}
