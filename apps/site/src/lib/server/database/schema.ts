import type { Outcome, PresetName, Row } from '@working-papers/paper-kit';
import type { ColumnType, Generated, JSONColumnType } from 'kysely';

/** A list that is stored as text[]. */
type TextList = ColumnType<string[], readonly string[], readonly string[]>;

/** All tables by name, as the migrations leave them. */
export interface Schema {
  papers: PapersTable;
  authors: NamesTable;
  paper_authors: PaperAuthorsTable;
  organizations: NamesTable;
  paper_organizations: PaperOrganizationsTable;
  paper_links: PaperLinksTable;
  implementations: ImplementationsTable;
  claims: ClaimsTable;
  runs: RunsTable;
  measurements: MeasurementsTable;
  verdicts: VerdictsTable;
  run_figures: RunFiguresTable;
  settings: SettingsTable;
}

interface PapersTable {
  /** arXiv id without version. */
  id: string;
  /** Only papers of our catalogue have one. */
  slug: string | null;
  title: string;
  /** The authors' abstract as received; null until it is ingested. */
  abstract: string | null;
  /** Written by this project; null for papers that came from elsewhere. */
  summary: string | null;
  published_at: Date;
  /** The day whose page shows the paper, set when it is featured. */
  day: string;
  venue: string | null;
  family: string | null;
  tags: TextList;
  /** How many authors there are where not all are known by name. */
  author_count: number | null;
  /** Where the record came from, for example `catalogue`. */
  source: string;
  created_at: Generated<Date>;
}

interface NamesTable {
  /** Last part of the address, made of the name. */
  id: string;
  name: string;
}

interface PaperAuthorsTable {
  paper_id: string;
  position: number;
  author_id: string;
  /** As printed on the paper. */
  name: string;
}

interface PaperOrganizationsTable {
  paper_id: string;
  position: number;
  organization_id: string;
}

interface PaperLinksTable {
  paper_id: string;
  kind: 'code' | 'project';
  url: string;
  /** Licence as its owner states it. */
  license: string | null;
}

interface ImplementationsTable {
  paper_id: string;
  /** What a program imports, for example `@working-papers/papers/var`. */
  package: string;
}

interface ClaimsTable {
  paper_id: string;
  /** c1, c2, ... */
  id: string;
  position: number;
  statement: string;
  /** The paper's own figure, in words. */
  paper_value: string;
  setting: string;
}

interface RunsTable {
  /** Hash of the result, so that the same result is the same run. */
  id: string;
  paper_id: string;
  preset: PresetName;
  seed: number;
  config: JSONColumnType<object>;
  is_complete: boolean;
  commit: string;
  is_dirty: boolean;
  command: string;
  versions: JSONColumnType<Record<string, string>>;
  backend: string;
  platform: string;
  cpu: string;
  threads: number;
  wall_seconds: number;
  peak_memory_bytes: number;
  started_at: Date;
}

interface MeasurementsTable {
  run_id: string;
  position: number;
  row: JSONColumnType<Row>;
}

interface VerdictsTable {
  run_id: string;
  paper_id: string;
  claim_id: string;
  outcome: Outcome;
  measured: string;
  rule: string;
  metric: string | null;
  value: number | null;
  low: number | null;
  high: number | null;
}

interface RunFiguresTable {
  run_id: string;
  position: number;
  name: string;
  title: string;
  alt: string;
  /** Relative to the paper's results folder. */
  file: string;
}

interface SettingsTable {
  key: string;
  value: string;
}
