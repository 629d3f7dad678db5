import type { Outcome, PresetName, Row } from '@working-papers/paper-kit';
import type { Generated, JSONColumnType } from 'kysely';
import type { AccountsTables } from './schema/accounts.ts';
import type { CommunityTables } from './schema/community.ts';
import type { DigestTables } from './schema/digest.ts';
import type { IngestTables } from './schema/ingest.ts';
import type { OptionalTextList, TextList } from './schema/textList.ts';

/** All tables by name, as the migrations leave them. */
export interface Schema extends IngestTables, AccountsTables, CommunityTables, DigestTables {
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
  /** First version on arXiv. */
  published_at: Date | null;
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
  /** Of arXiv, from 1. */
  version: number | null;
  /** As arXiv names them, primary first. */
  categories: OptionalTextList;
  primary_category: string | null;
  /** Latest version on arXiv. */
  updated_at: Date | null;
  comment: string | null;
  doi: string | null;
  journal_ref: string | null;
  license: string | null;
  withdrawn_at: Date | null;
  /** Of the record as received: the same record twice changes nothing. */
  source_hash: string | null;
  thumbnail: string | null;
  media_urls: OptionalTextList;
  github_stars: number | null;
  submitted_at: Date | null;
  /** Grows with every change that search has to follow; set by a trigger. */
  change_seq: Generated<number>;
  upvotes: Generated<number>;
  comment_count: Generated<number>;
  /** log2 of the sum of w 2^(t / 36 h) over events: its order is that of the trending score. */
  hot_key: number | null;
  submitted_by: string | null;
  comments_closed_at: Date | null;
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
  status: Generated<'unclaimed' | 'claimed' | 'verified' | 'hidden'>;
  user_id: string | null;
  status_changed_at: Date | null;
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
