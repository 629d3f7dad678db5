import type { Generated } from 'kysely';

/** What sources say, and the order of changes. */
export interface IngestTables {
  paper_removals: PaperRemovalsTable;
  paper_versions: PaperVersionsTable;
  sources: SourcesTable;
  ingest_log: IngestLogTable;
}

interface PaperRemovalsTable {
  paper_id: string;
  change_seq: number;
}

interface PaperVersionsTable {
  paper_id: string;
  version: number;
  title: string;
  abstract: string | null;
  submitted_at: Date | null;
  seen_at: Generated<Date>;
}

interface SourcesTable {
  id: string;
  cursor: string | null;
  etag: string | null;
  last_modified: string | null;
  last_ok_at: Date | null;
  last_error: string | null;
  last_error_at: Date | null;
}

interface IngestLogTable {
  id: Generated<number>;
  source: string;
  at: Generated<Date>;
  record: string | null;
  problem: string;
}
