import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { lastTime } from '../jobs/lastTime.ts';
import { readJobRecords, type JobRecord } from '../jobs/jobRecords.ts';
import { counts } from '../reading/feed.ts';
import type { SearchStatus } from '../search/indexKeeper.ts';

/** `new` has not had to run yet; `late` should have succeeded more than an hour ago. */
export type JobState = 'new' | 'ok' | 'late' | 'failing';

/** How the site is doing. */
export interface SiteStatus {
  /** Whether anything below needs an operator. */
  readonly isHealthy: boolean;
  readonly jobs: readonly (JobRecord & { readonly state: JobState })[];
  readonly sources: readonly {
    readonly id: string;
    readonly lastOkAt: Date | null;
    readonly lastErrorAt: Date | null;
    /** Why, at the latest failure. */
    readonly lastError: string | null;
    readonly isFailing: boolean;
  }[];
  readonly catalogue: Awaited<ReturnType<typeof counts>> & { readonly newestDay: string | null };
  readonly database: {
    /** As the server names itself: `18.6`. */
    readonly version: string;
    readonly bytes: number;
    /** False on a full disk, and on a server that is a replica. */
    readonly takesWrites: boolean;
  };
  /** Null for a process without search. */
  readonly search: {
    readonly library: string | null;
    readonly indexed: number;
    /** Whether the index has every paper and change. */
    readonly isCurrent: boolean;
    readonly isRebuilding: boolean;
    readonly lastError: string | null;
    /** What the operator should do. */
    readonly advice: string | null;
  } | null;
}

const patienceMs = 3_600_000;

/**
 * Looks at jobs, sources, catalogue, database and search.
 *
 * @param search - As search says it; null where it is not open.
 */
export async function readSiteStatus(
  connection: Connection,
  search: SearchStatus | null,
  now: Date,
): Promise<SiteStatus> {
  const jobs = (await readJobRecords(connection)).map((job) => ({
    ...job,
    state: stateOf(job, now),
  }));
  const sources = await readSources(connection);
  const database = await readDatabase(connection);
  const searching = search && summary(search);
  return {
    isHealthy:
      database.takesWrites &&
      jobs.every(({ state }) => state === 'ok' || state === 'new') &&
      sources.every(({ isFailing }) => !isFailing) &&
      (searching?.lastError ?? null) === null,
    jobs,
    sources,
    catalogue: { ...(await counts(connection)), newestDay: await newestDay(connection) },
    database,
    search: searching,
  };
}

/** A job fails if its latest end was a failure, and is late if a time of its schedule has passed unused. */
function stateOf({ cron, startedAt, succeededAt, failedAt }: JobRecord, now: Date): JobState {
  if (failedAt !== null && (succeededAt === null || failedAt > succeededAt)) return 'failing';
  if (cron !== null && succeededAt !== null) {
    const due = lastTime(cron, new Date(now.getTime() - patienceMs));
    if (succeededAt < due) return 'late';
  }
  if (succeededAt !== null) return 'ok';
  const isStuck = startedAt !== null && now.getTime() - startedAt.getTime() > patienceMs;
  return isStuck ? 'late' : 'new';
}

async function readSources(connection: Connection): Promise<SiteStatus['sources']> {
  const rows = await kyselyOn(connection)
    .selectFrom('sources')
    .select([
      'id',
      'last_ok_at as lastOkAt',
      'last_error_at as lastErrorAt',
      'last_error as lastError',
    ])
    .orderBy('id')
    .execute();
  return rows.map((row) => ({
    ...row,
    isFailing:
      row.lastErrorAt !== null && (row.lastOkAt === null || row.lastErrorAt > row.lastOkAt),
  }));
}

async function readDatabase(connection: Connection): Promise<SiteStatus['database']> {
  const { rows } = await connection.query<SiteStatus['database']>(
    `select split_part(current_setting('server_version'), ' ', 1) as version,
            pg_database_size(current_database()) as bytes,
            current_setting('transaction_read_only') = 'off' as "takesWrites"`,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('internal: a select without from has a row');
  return row;
}

async function newestDay(connection: Connection): Promise<string | null> {
  const { rows } = await connection.query<{ day: string | null }>(
    'select max(day) as day from papers',
  );
  return rows[0]?.day ?? null;
}

function summary(search: SearchStatus): SiteStatus['search'] {
  const { index, catalogue, isRebuilding, lastError, advice } = search;
  return {
    library: index?.library ?? null,
    indexed: index?.papers ?? 0,
    isCurrent: index !== null && index.changeSeq >= catalogue.changeSeq,
    isRebuilding,
    lastError,
    advice,
  };
}
