/**
 * Which source decides what, as docs/ingest.md states it. What a record does not say stays as it is.
 * The repository owns the facts of its own papers; of everything else arXiv has the last word, once it
 * has spoken; of two others the later.
 */
import type { Selectable, Updateable } from 'kysely';
import type { Schema } from '../database/schema.ts';
import { dayOf } from '../days.ts';
import type { IngestedPaper } from './ingestedPaper.ts';

/** Where records come from. */
export const sourceNames = ['arxiv', 'huggingface', 'listing', 'bibtex', 'jsonl'] as const;

/** One of {@link sourceNames}. */
export type SourceName = (typeof sourceNames)[number];

/** Marks the papers of the repository, whose facts no source changes. */
const catalogueSource = 'catalogue';

/** The columns that a record can change. */
export const mergedColumns = [
  'title',
  'abstract',
  'published_at',
  'author_count',
  'source',
  'version',
  'categories',
  'primary_category',
  'updated_at',
  'comment',
  'doi',
  'journal_ref',
  'license',
  'withdrawn_at',
  'thumbnail',
  'media_urls',
  'github_stars',
  'submitted_at',
] as const;

/** What is stored of a paper, as far as sources say it. */
export type StoredFacts = Pick<Selectable<Schema['papers']>, (typeof mergedColumns)[number]>;

/** How one record stands to what is stored. */
export interface Standing {
  readonly isOfCatalogue: boolean;
  /** Whether the record may replace what is known, rather than only add what is not. */
  readonly mayReplace: boolean;
  /** Whether it describes an earlier version than the one that is stored. */
  readonly isOutdated: boolean;
}

/** Compares a record with what is stored. */
export function standingOf(
  stored: Pick<StoredFacts, 'source' | 'version'>,
  paper: IngestedPaper,
  source: SourceName,
): Standing {
  const { version } = stored;
  return {
    isOfCatalogue: stored.source === catalogueSource,
    mayReplace: source === 'arxiv' || version === null,
    isOutdated: version !== null && paper.version !== undefined && paper.version < version,
  };
}

/**
 * The columns that change, with their new values; none if the record says nothing new.
 *
 * A withdrawn paper keeps title and abstract, because what arXiv shows instead is a notice; a later
 * version of arXiv that is not withdrawn makes it an ordinary one again.
 */
export function mergePaper(
  stored: StoredFacts,
  paper: IngestedPaper,
  { source, now }: { readonly source: SourceName; readonly now: Date },
): Updateable<Schema['papers']> {
  const { isOfCatalogue, mayReplace, isOutdated } = standingOf(stored, paper, source);
  if (isOutdated) return {};
  const said = factsOf(paper, source);
  if (isOfCatalogue) {
    delete said.title;
    delete said.published_at;
    delete said.author_count;
    delete said.source;
  }
  if (paper.isWithdrawn === true) {
    delete said.title;
    if (stored.abstract !== null) delete said.abstract;
  }
  const merged: Partial<StoredFacts> = Object.fromEntries(
    Object.entries(said).filter(([, value]) => value !== undefined),
  );
  const withdrawnAt = withdrawalOf(stored, paper, { source, now });
  return {
    ...changed(stored, mayReplace ? merged : onlyMissing(stored, merged)),
    ...(same(withdrawnAt, stored.withdrawn_at) ? {} : { withdrawn_at: withdrawnAt }),
  };
}

/** The row of a paper that is new. */
export function newPaper(
  paper: IngestedPaper,
  { source, now }: { readonly source: SourceName; readonly now: Date },
) {
  const facts = factsOf(paper, source);
  const day = paper.day ?? dayOf(paper.publishedAt ?? now);
  return {
    title: paper.title,
    abstract: facts.abstract ?? null,
    published_at: facts.published_at ?? null,
    author_count: facts.author_count ?? null,
    source,
    version: facts.version ?? null,
    ...(facts.categories === undefined ? {} : { categories: facts.categories }),
    primary_category: facts.primary_category ?? null,
    updated_at: facts.updated_at ?? null,
    comment: facts.comment ?? null,
    doi: facts.doi ?? null,
    journal_ref: facts.journal_ref ?? null,
    license: facts.license ?? null,
    withdrawn_at: paper.isWithdrawn === true ? (paper.updatedAt ?? now) : null,
    thumbnail: facts.thumbnail ?? null,
    ...(facts.media_urls === undefined ? {} : { media_urls: facts.media_urls }),
    github_stars: facts.github_stars ?? null,
    submitted_at: facts.submitted_at ?? null,
    day,
    tags: [],
  };
}

/** A record as columns; undefined is not known. */
function factsOf(paper: IngestedPaper, source: SourceName) {
  const facts: { [Column in keyof StoredFacts]?: StoredFacts[Column] | undefined } = {
    title: paper.title,
    abstract: paper.abstract,
    published_at: paper.publishedAt,
    // Once the authors are known by name there is nothing more to count.
    author_count: paper.authors === undefined ? paper.authorCount : null,
    source,
    version: paper.version,
    categories: paper.categories,
    primary_category: paper.categories?.[0],
    updated_at: paper.updatedAt,
    comment: paper.comment,
    doi: paper.doi,
    journal_ref: paper.journalRef,
    license: paper.license,
    thumbnail: paper.thumbnail,
    media_urls: paper.mediaUrls,
    github_stars: paper.githubStars,
    submitted_at: paper.submittedAt,
  };
  return facts;
}

function withdrawalOf(
  { withdrawn_at, version }: StoredFacts,
  paper: IngestedPaper,
  { source, now }: { readonly source: SourceName; readonly now: Date },
): Date | null {
  if (paper.isWithdrawn === true) return withdrawn_at ?? paper.updatedAt ?? now;
  const isNewer = source === 'arxiv' && (paper.version ?? 0) > (version ?? 0);
  return paper.isWithdrawn === false && isNewer ? null : withdrawn_at;
}

function onlyMissing(stored: StoredFacts, merged: Partial<StoredFacts>): Partial<StoredFacts> {
  const known = new Map<string, unknown>(Object.entries(stored));
  const isMissing = (value: unknown) =>
    value === null || (Array.isArray(value) && value.length === 0);
  return Object.fromEntries(
    Object.entries(merged).filter(([column]) => isMissing(known.get(column))),
  );
}

function changed(stored: StoredFacts, merged: Partial<StoredFacts>): Partial<StoredFacts> {
  const known = new Map<string, unknown>(Object.entries(stored));
  return Object.fromEntries(
    Object.entries(merged).filter(([column, value]) => !same(value, known.get(column))),
  );
}

function same(a: unknown, b: unknown): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}
