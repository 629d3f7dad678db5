import { presetNames, type PresetName } from '@working-papers/paper-kit';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { decideVerdicts, type RecordedVerdict } from './verdicts.ts';

/** Everything that is known of a paper; whatever is not known is null or empty. */
export interface PaperPage {
  readonly id: string;
  readonly slug: string | null;
  readonly title: string;
  readonly abstract: string | null;
  readonly summary: string | null;
  readonly publishedAt: Date | null;
  readonly day: string;
  readonly venue: string | null;
  readonly tags: readonly string[];
  readonly authors: readonly string[];
  readonly authorCount: number;
  readonly organizations: readonly string[];
  readonly links: readonly PaperLink[];
  readonly isImplemented: boolean;
  readonly claims: readonly ClaimWithVerdict[];
  /** The costliest first. */
  readonly runs: readonly RecordedRun[];
}

/** A link that is not made of the arXiv id. */
export interface PaperLink {
  readonly kind: 'code' | 'project';
  readonly url: string;
  readonly license: string | null;
}

/** A claim and the verdict that counts. */
export interface ClaimWithVerdict {
  readonly id: string;
  readonly statement: string;
  readonly paperValue: string;
  readonly setting: string;
  readonly verdict: RecordedVerdict | null;
}

/** A recorded run: how to get the same, and its pictures. */
export interface RecordedRun {
  readonly id: string;
  readonly preset: PresetName;
  readonly seed: number;
  readonly isComplete: boolean;
  readonly commit: string;
  readonly isDirty: boolean;
  readonly command: string;
  readonly versions: Readonly<Record<string, string>>;
  readonly backend: string;
  readonly platform: string;
  readonly cpu: string;
  readonly threads: number;
  readonly wallSeconds: number;
  readonly peakMemoryBytes: number;
  readonly startedAt: Date;
  readonly rowCount: number;
  readonly figures: readonly RecordedFigure[];
}

/** A picture of a recorded run. */
export interface RecordedFigure {
  readonly name: string;
  readonly title: string;
  readonly alt: string;
  /** Relative to the paper's results folder. */
  readonly file: string;
}

/** What the last part of a paper's address leads to. */
export type PaperAddress =
  | { readonly kind: 'paper'; readonly id: string }
  /** A known other name of the paper. */
  | { readonly kind: 'alias'; readonly id: string }
  | { readonly kind: 'unknown' };

/**
 * Resolves an arXiv id, with or without version, or the slug of a paper of our catalogue.
 *
 * @param text - As it stands in the address.
 */
export async function resolvePaper(connection: Connection, text: string): Promise<PaperAddress> {
  const id = /^(\d{4}\.\d{4,5})(v[1-9]\d*)?$/i.exec(text)?.[1];
  const papers = kyselyOn(connection).selectFrom('papers').select('id');
  if (id !== undefined) {
    const paper = await papers.where('id', '=', id).executeTakeFirst();
    return paper ? { kind: 'paper', id } : { kind: 'unknown' };
  }
  const slug = text.toLowerCase();
  if (!/^[a-z0-9-]+$/.test(slug)) return { kind: 'unknown' };
  const paper = await papers.where('slug', '=', slug).executeTakeFirst();
  return paper ? { kind: 'alias', id: paper.id } : { kind: 'unknown' };
}

/** Reads a paper that exists. */
export async function readPaper(connection: Connection, id: string): Promise<PaperPage> {
  const db = kyselyOn(connection);
  const [paper, authors, organizations, links, claims, verdicts, runs] = await Promise.all([
    db
      .selectFrom('papers')
      .leftJoin('implementations', 'implementations.paper_id', 'papers.id')
      .selectAll('papers')
      .select('implementations.paper_id as implementation')
      .where('id', '=', id)
      .executeTakeFirstOrThrow(),
    db
      .selectFrom('paper_authors')
      .select('name')
      .where('paper_id', '=', id)
      .orderBy('position')
      .execute(),
    db
      .selectFrom('paper_organizations')
      .innerJoin('organizations', 'organizations.id', 'paper_organizations.organization_id')
      .select('name')
      .where('paper_id', '=', id)
      .orderBy('position')
      .execute(),
    db
      .selectFrom('paper_links')
      .select(['kind', 'url', 'license'])
      .where('paper_id', '=', id)
      .orderBy('kind')
      .execute(),
    db.selectFrom('claims').selectAll().where('paper_id', '=', id).orderBy('position').execute(),
    decideVerdicts(connection, [id]),
    readRuns(connection, id),
  ]);
  const decided = verdicts.get(id) ?? [];
  return {
    id,
    slug: paper.slug,
    title: paper.title,
    abstract: paper.abstract,
    summary: paper.summary,
    publishedAt: paper.published_at,
    day: paper.day,
    venue: paper.venue,
    tags: paper.tags,
    authors: authors.map(({ name }) => name),
    authorCount: paper.author_count ?? authors.length,
    organizations: organizations.map(({ name }) => name),
    links,
    isImplemented: paper.implementation !== null,
    claims: claims.map((claim) => ({
      id: claim.id,
      statement: claim.statement,
      paperValue: claim.paper_value,
      setting: claim.setting,
      verdict: decided.find(({ claimId }) => claimId === claim.id) ?? null,
    })),
    runs,
  };
}

async function readRuns(connection: Connection, paperId: string): Promise<RecordedRun[]> {
  const db = kyselyOn(connection);
  const runs = await db
    .selectFrom('runs')
    .select(['id', 'preset', 'seed', 'commit', 'command', 'versions', 'backend', 'platform'])
    .select(['cpu', 'threads', 'is_complete as isComplete', 'is_dirty as isDirty'])
    .select(['wall_seconds as wallSeconds', 'peak_memory_bytes as peakMemoryBytes'])
    .select('started_at as startedAt')
    .select(({ selectFrom }) =>
      selectFrom('measurements')
        .select(({ fn }) => fn.countAll<number>().as('count'))
        .whereRef('run_id', '=', 'runs.id')
        .as('rowCount'),
    )
    .where('paper_id', '=', paperId)
    .orderBy('started_at', 'desc')
    .execute();
  if (runs.length === 0) return [];
  const figures = await db
    .selectFrom('run_figures')
    .select(['run_id', 'name', 'title', 'alt', 'file'])
    .where(
      'run_id',
      'in',
      runs.map((run) => run.id),
    )
    .orderBy('position')
    .execute();
  const cost = ({ preset }: { preset: PresetName }) => presetNames.indexOf(preset);
  return runs
    .toSorted((one, other) => cost(other) - cost(one))
    .map((run) => ({
      ...run,
      rowCount: run.rowCount ?? 0,
      figures: figures
        .filter(({ run_id }) => run_id === run.id)
        .map(({ name, title, alt, file }) => ({ name, title, alt, file })),
    }));
}
