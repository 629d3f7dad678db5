/** How the site itself is doing. */
export interface OperationTables {
  jobs: JobsTable;
}

interface JobsTable {
  name: string;
  /** When it runs, in UTC; null for one that only runs when it is asked for. */
  cron: string | null;
  /** The latest time of `cron` for which it was put into the queue. */
  due_at: Date | null;
  started_at: Date | null;
  succeeded_at: Date | null;
  /** Of the latest success. */
  duration_ms: number | null;
  failed_at: Date | null;
  /** Why, at the latest failure; without addresses. */
  failure: string | null;
}
