import {
  failureText,
  forgetWhatIsOver,
  digestSite,
  hashPrivately,
  networkOf,
  openJobs,
  readSecret,
  sendDueDigests,
  type Configuration,
  type Database,
  type Jobs,
  type Mailer,
} from '@working-papers/daily';
import { scheduleIngest } from '@working-papers/daily/ingest';
import {
  keepSnapshot,
  openLog,
  openMetrics,
  readSiteStatus,
  type Log,
  type Metrics,
  type SiteStatus,
} from '@working-papers/daily/operation';
import type { Search } from '@working-papers/daily/search';

/** What keeps the site running, and tells how it runs. */
export interface Operation {
  readonly log: Log;
  readonly metrics: Metrics;
  readonly jobs: Jobs;
  readonly status: () => Promise<SiteStatus>;
  /** Stands for a visitor's network in the log: nobody without the secret can tell which it is. */
  readonly visitorOf: (address: string) => string;
  /** Ends the jobs. */
  readonly close: () => Promise<void>;
}

/** What it works with. */
export interface OperationParts {
  readonly configuration: Configuration;
  readonly database: Database;
  readonly dataFolder: string;
  readonly mailer: Mailer;
  readonly search: Search;
}

const searchPatienceMs = 1000;

/** Opens log and metrics, declares the jobs and starts those that this process's role has. */
export async function openOperation(parts: OperationParts): Promise<Operation> {
  const { configuration, database, dataFolder, search } = parts;
  const log = openLog(configuration);
  const metrics = openMetrics();
  const secret = readSecret(configuration, dataFolder);
  const jobs = openJobs(database, configuration, {
    onEvent: (event) => {
      metrics.countJob(event);
      log[event.outcome === 'failed' ? 'error' : 'info']('job', { ...event });
    },
    onError: withoutRepetition((failure) => log.error('jobs', { failure })),
  });
  declareJobs(jobs, parts, secret);
  await jobs.start();
  return {
    log,
    metrics,
    jobs,
    status: async () => {
      const searching = await within(searchPatienceMs, search.status());
      return readSiteStatus(database, searching, new Date());
    },
    visitorOf: (address) => hashPrivately(secret, networkOf(address) ?? address).slice(0, 12),
    close: jobs.stop,
  };
}

function declareJobs(jobs: Jobs, parts: OperationParts, secret: string): void {
  const { configuration, database, dataFolder, mailer, search } = parts;
  const site = digestSite(configuration, secret);
  jobs.schedule(
    'digest',
    '*/5 * * * *',
    async ({ signal }) => {
      const findPapers = async (query: string, days: { from: string; to: string }) => {
        const { results } = await search.find({ query, filters: days, perPage: 30 });
        return results.map(({ paper }) => paper.id);
      };
      await sendDueDigests({ database, mailer, site, findPapers, signal });
    },
    { timeLimitSeconds: 6 * 3600 },
  );
  jobs.schedule(
    'snapshot',
    '0 3 * * *',
    async () => {
      await keepSnapshot(database, dataFolder);
    },
    { timeLimitSeconds: 3600 },
  );
  jobs.schedule('forget', '40 3 * * *', () => forgetWhatIsOver(database, new Date()));
  scheduleIngest(jobs, { database, configuration });
}

/** Tells a failure once, not at every attempt. */
function withoutRepetition(tell: (failure: string) => void): (error: unknown) => void {
  let last: string | undefined;
  return (error) => {
    const failure = failureText(error);
    if (failure !== last) tell(failure);
    last = failure;
  };
}

/** The value, or null if it takes longer: an index may be under construction. */
async function within<Value>(ms: number, value: Promise<Value>): Promise<Value | null> {
  let timer: NodeJS.Timeout | undefined;
  const patience = new Promise<null>((resolve) => {
    timer = setTimeout(() => resolve(null), ms);
  });
  try {
    return await Promise.race([value, patience]);
  } finally {
    clearTimeout(timer);
  }
}
