import PgBoss from 'pg-boss';
import { DatabaseError, type Connection, type Database } from '../database/database.ts';
import { bossStoreOf, bossStoreOn } from './bossStore.ts';

/** A job that this process has to do. */
export interface FetchedJob {
  readonly id: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** The queue in the database. Of one name and key at most one waits and one runs at a time. */
export interface BossQueue {
  /** Makes or alters the tables, and keeps them small until `stop`. */
  readonly start: () => Promise<void>;
  readonly stop: () => Promise<void>;
  /** Makes room for jobs of a name. One that runs longer than the limit counts as lost, and waits again. */
  readonly prepare: (name: string, timeLimitSeconds: number) => Promise<void>;
  /** @returns False if one of that name and key is waiting. */
  readonly send: (
    name: string,
    data: Readonly<Record<string, unknown>>,
    options: { readonly singletonKey?: string; readonly connection?: Connection },
  ) => Promise<boolean>;
  /** The names of jobs that wait and whose time has come. */
  readonly waiting: () => Promise<string[]>;
  /** Takes a job; none if another process was faster, or has one of that name and key at hand. */
  readonly fetch: (name: string) => Promise<FetchedJob | undefined>;
  readonly complete: (name: string, id: string, connection: Connection) => Promise<void>;
  /** Gives a job back: it is tried again, each time later, and given up after the fifth retry. */
  readonly fail: (name: string, id: string, failure: string) => Promise<void>;
  /** Gives all running jobs back, to be tried at once: for a process that knows that it is alone. */
  readonly releaseAll: () => Promise<void>;
}

/** After about 1, 2, 4, 8 and 16 minutes. */
const retries = { retryLimit: 5, retryDelay: 60, retryBackoff: true };
/** A handler is told of its limit first. */
const expirySlackSeconds = 60;
const uniqueViolation = '23505';

/** Opens the queue; nothing is asked of the database yet. */
export function openBossQueue(database: Database, onError: (error: unknown) => void): BossQueue {
  const store = bossStoreOf(database);
  const boss = new PgBoss({ db: store, schema: 'pgboss', schedule: false });
  boss.on('error', onError);
  return {
    start: async () => {
      await boss.start();
    },
    stop: () => boss.stop({ graceful: false }),
    prepare: async (name, timeLimitSeconds) => {
      const expireInSeconds = timeLimitSeconds + expirySlackSeconds;
      const queue = { name, policy: 'stately', ...retries, expireInSeconds } as const;
      await boss.createQueue(name, queue);
      await boss.updateQueue(name, queue);
    },
    send: async (name, data, { singletonKey, connection }) => {
      const id = await boss.send(name, data, {
        ...(singletonKey !== undefined && { singletonKey }),
        ...(connection !== undefined && { db: bossStoreOn(connection) }),
      });
      return id !== null;
    },
    waiting: async () => {
      const { rows } = await database.query<{ name: string }>(
        `select distinct name from pgboss.job where state < 'active' and start_after < now()`,
      );
      return rows.map(({ name }) => name);
    },
    fetch: async (name) => {
      try {
        const [job] = await boss.fetch<FetchedJob['data']>(name);
        return job && { id: job.id, data: job.data ?? {} };
      } catch (error) {
        if (error instanceof DatabaseError && error.code === uniqueViolation) return undefined;
        throw error;
      }
    },
    complete: (name, id, connection) =>
      boss.complete(name, id, {}, { db: bossStoreOn(connection) }),
    fail: (name, id, failure) => boss.fail(name, id, { failure }),
    releaseAll: async () => {
      const { rows } = await database.query<{ id: string; name: string }>(
        `select id, name from pgboss.job where state = 'active'`,
      );
      for (const { id, name } of rows) await boss.fail(name, id, { failure: 'its process ended' });
      await database.query(`update pgboss.job set start_after = now() where state = 'retry'`);
    },
  };
}
