import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { JobEvent } from '../jobs/performJob.ts';
import type { SiteStatus } from './siteStatus.ts';

/** A request that was answered. */
export interface AnsweredRequest {
  /** Pattern of the address, such as `/papers/[id]`; null for one that nothing answers to. */
  readonly route: string | null;
  readonly method: string;
  readonly status: number;
  readonly ms: number;
}

/** What is counted, for Prometheus. */
export interface Metrics {
  readonly countRequest: (request: AnsweredRequest) => void;
  readonly countJob: (event: JobEvent) => void;
  /** The text format, with what the status says now. */
  readonly text: (status: SiteStatus) => Promise<string>;
  readonly contentType: string;
}

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

/** Begins to count. Labels are of closed sets, so that no visitor can make the list grow. */
export function openMetrics(): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  const requests = new Counter({
    name: 'wp_http_requests_total',
    help: 'Requests answered.',
    labelNames: ['route', 'method', 'status'],
    registers,
  });
  const durations = new Histogram({
    name: 'wp_http_request_duration_seconds',
    help: 'Time from a request to its answer.',
    labelNames: ['route'],
    buckets: [0.005, 0.01, 0.02, 0.03, 0.06, 0.1, 0.3, 1, 3, 10],
    registers,
  });
  const jobs = new Counter({
    name: 'wp_jobs_total',
    help: 'Jobs that this process has ended.',
    labelNames: ['job', 'outcome'],
    registers,
  });
  const setStatus = statusGauges(registers);
  return {
    countRequest: ({ route, method, status, ms }) => {
      const ofRoute = { route: route ?? 'none' };
      const known = methods.has(method) ? method : 'other';
      requests.inc({ ...ofRoute, method: known, status: String(status) });
      durations.observe(ofRoute, ms / 1000);
    },
    countJob: ({ job, outcome }) => jobs.inc({ job, outcome }),
    text: (status) => {
      setStatus(status);
      return registry.metrics();
    },
    contentType: registry.contentType,
  };
}

function statusGauges(registers: Registry[]): (status: SiteStatus) => void {
  const gauge = (name: string, help: string, ...labelNames: string[]) =>
    new Gauge({ name, help, labelNames, registers });
  const papers = gauge('wp_papers', 'Papers in the catalogue.');
  const bytes = gauge('wp_database_bytes', 'Size of the database.');
  const writes = gauge('wp_database_takes_writes', '1 if the database can be written.');
  const indexed = gauge('wp_search_papers', 'Papers in the search index.');
  const succeeded = gauge(
    'wp_job_last_success_timestamp_seconds',
    'When each job last succeeded.',
    'job',
  );
  const healthy = gauge('wp_job_healthy', '1 unless the job is late or failing.', 'job');
  const fetched = gauge(
    'wp_source_last_success_timestamp_seconds',
    'When each source was last read.',
    'source',
  );
  return (status) => {
    papers.set(status.catalogue.papers);
    bytes.set(status.database.bytes);
    writes.set(status.database.takesWrites ? 1 : 0);
    indexed.set(status.search?.indexed ?? 0);
    for (const { name, succeededAt, state } of status.jobs) {
      if (succeededAt !== null) succeeded.set({ job: name }, succeededAt.getTime() / 1000);
      healthy.set({ job: name }, state === 'late' || state === 'failing' ? 0 : 1);
    }
    for (const { id, lastOkAt } of status.sources) {
      if (lastOkAt !== null) fetched.set({ source: id }, lastOkAt.getTime() / 1000);
    }
  };
}
