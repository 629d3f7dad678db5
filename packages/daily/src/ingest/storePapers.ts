import { createHash } from 'node:crypto';
import { sql, type Kysely } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import type { Schema } from '../database/schema.ts';
import { writeAuthors, writeOrganizations } from '../paperPeople.ts';
import type { IngestedPaper, RecordProblem } from './ingestedPaper.ts';
import {
  mergedColumns,
  mergePaper,
  newPaper,
  standingOf,
  type SourceName,
  type StoredFacts,
} from './mergePaper.ts';
import { idOfTitle, titleKey } from './titleKey.ts';

/** From where records come, and what else is known. */
export interface StoreOptions {
  readonly source: SourceName;
  /** The time; it dates what the records leave undated. */
  readonly now: Date;
  /** Papers that are not in the database yet and will be, id by {@link titleKey}. */
  readonly knownTitles?: ReadonlyMap<string, string>;
}

/** What became of the records. */
export interface StoreReport {
  /** Ids. */
  readonly added: readonly string[];
  readonly updated: readonly string[];
  /** How many said nothing new. */
  readonly unchanged: number;
  /** How many only bring news of papers that are not here. */
  readonly ignored: number;
  readonly problems: readonly RecordProblem[];
}

/**
 * Writes records of a source, in their order; the same record twice changes nothing. A record without
 * arXiv id belongs to the paper of the same title, else it makes a paper whose id begins with `x-`.
 * Never touches summaries, claims, tags, the day, nor what people wrote.
 *
 * @param connection - A transaction, so that a batch is stored whole or not at all.
 * @throws {DatabaseError} If a statement fails.
 */
export async function storePapers(
  connection: Connection,
  papers: readonly IngestedPaper[],
  { source, now, knownTitles = new Map() }: StoreOptions,
): Promise<StoreReport> {
  const db = kyselyOn(connection);
  const idByTitle = new Map([...knownTitles, ...(await readIdsByTitle(db, papers))]);
  const report = { added: [], updated: [], unchanged: 0, ignored: 0, problems: [] };
  const writing: Writing = { db, source, now, report };
  for (const paper of papers) {
    const key = titleKey(paper.title);
    const sameTitle = key === null ? undefined : idByTitle.get(key);
    const id = paper.arxivId ?? sameTitle ?? idOfTitle(paper.title);
    await writeRecord(writing, id, paper);
    if (sameTitle?.startsWith('x-') === true && sameTitle !== id) {
      const problem = `the same title is stored as ${sameTitle}; a moderator has to remove one`;
      writing.report.problems.push({ record: id, problem });
    }
    if (key !== null && !idByTitle.has(key)) idByTitle.set(key, id);
  }
  return report;
}

interface Writing {
  readonly db: Kysely<Schema>;
  readonly source: SourceName;
  readonly now: Date;
  readonly report: {
    added: string[];
    updated: string[];
    unchanged: number;
    ignored: number;
    problems: RecordProblem[];
  };
}

/** Papers that have the title of one of the records; of several, one that is on arXiv. */
async function readIdsByTitle(
  db: Kysely<Schema>,
  papers: readonly IngestedPaper[],
): Promise<Map<string, string>> {
  const keys = new Set(papers.flatMap(({ title }) => titleKey(title) ?? []));
  if (keys.size === 0) return new Map();
  const key = sql<string>`regexp_replace(lower(title), '[^a-z0-9]+', '', 'g')`;
  const rows = await db
    .selectFrom('papers')
    .select(['id', key.as('key')])
    .where(key, 'in', [...keys])
    .orderBy('id', 'desc')
    .execute();
  return new Map(rows.map((row) => [row.key, row.id]));
}

async function writeRecord(writing: Writing, id: string, paper: IngestedPaper): Promise<void> {
  const { db, source, report } = writing;
  const hash = hashOf(source, paper);
  const stored = await db
    .selectFrom('papers')
    .select([...mergedColumns, 'source_hash'])
    .where('id', '=', id)
    .executeTakeFirst();
  if (stored === undefined) {
    if (paper.isUpdateOnly === true) report.ignored += 1;
    else {
      await insertPaper(writing, id, paper, hash);
      report.added.push(id);
    }
    return;
  }
  const { source_hash, ...facts } = stored;
  if (source_hash !== hash && (await updatePaper(writing, id, { paper, hash, facts }))) {
    report.updated.push(id);
  } else report.unchanged += 1;
}

async function insertPaper(
  { db, source, now }: Writing,
  id: string,
  paper: IngestedPaper,
  source_hash: string,
): Promise<void> {
  await db
    .insertInto('papers')
    .values({ id, ...newPaper(paper, { source, now }), source_hash })
    .execute();
  if (paper.authors !== undefined) await writeAuthors(db, id, paper.authors);
  if (paper.organizations !== undefined) await writeOrganizations(db, id, paper.organizations);
  await addLinks(db, id, paper);
  await keepVersion(db, id, paper, now);
}

interface Change {
  readonly paper: IngestedPaper;
  readonly hash: string;
  readonly facts: StoredFacts;
}

/** @returns Whether the record said anything new. */
async function updatePaper(
  { db, source, now }: Writing,
  id: string,
  { paper, hash, facts }: Change,
): Promise<boolean> {
  const standing = standingOf(facts, paper, source);
  const columns = mergePaper(facts, paper, { source, now });
  let isNew = Object.keys(columns).length > 0;
  if (isNew) {
    await db
      .updateTable('papers')
      .set({ ...columns, source_hash: hash })
      .where('id', '=', id)
      .execute();
  }
  isNew = (await keepVersion(db, id, paper, now)) || isNew;
  if (standing.isOfCatalogue || standing.isOutdated) return isNew;
  isNew = (await mergeAuthors(db, id, paper, standing.mayReplace)) || isNew;
  isNew = (await mergeOrganizations(db, id, paper, standing.mayReplace)) || isNew;
  return (await addLinks(db, id, paper)) || isNew;
}

async function mergeAuthors(
  db: Kysely<Schema>,
  id: string,
  { authors }: IngestedPaper,
  mayReplace: boolean,
): Promise<boolean> {
  if (authors === undefined) return false;
  const rows = await db
    .selectFrom('paper_authors')
    .select('name')
    .where('paper_id', '=', id)
    .orderBy('position')
    .execute();
  const names = rows.map(({ name }) => name);
  if ((names.length > 0 && !mayReplace) || isSameList(names, authors)) return false;
  await writeAuthors(db, id, authors);
  return true;
}

async function mergeOrganizations(
  db: Kysely<Schema>,
  id: string,
  { organizations }: IngestedPaper,
  mayReplace: boolean,
): Promise<boolean> {
  if (organizations === undefined) return false;
  const rows = await db
    .selectFrom('paper_organizations')
    .innerJoin('organizations', 'organizations.id', 'organization_id')
    .select('name')
    .where('paper_id', '=', id)
    .orderBy('position')
    .execute();
  const names = rows.map(({ name }) => name);
  if ((names.length > 0 && !mayReplace) || isSameList(names, organizations)) return false;
  await writeOrganizations(db, id, organizations);
  return true;
}

function isSameList(a: readonly string[], b: readonly string[]): boolean {
  return JSON.stringify(a) === JSON.stringify(b);
}

/** Adds the links of which there is none of the kind yet. */
async function addLinks(db: Kysely<Schema>, id: string, paper: IngestedPaper): Promise<boolean> {
  const links = [
    ...(paper.code === undefined ? [] : [{ kind: 'code' as const, url: paper.code }]),
    ...(paper.project === undefined ? [] : [{ kind: 'project' as const, url: paper.project }]),
  ];
  if (links.length === 0) return false;
  const known = await db
    .selectFrom('paper_links')
    .select('kind')
    .where('paper_id', '=', id)
    .execute();
  const missing = links.filter((link) => known.every(({ kind }) => kind !== link.kind));
  if (missing.length === 0) return false;
  await db
    .insertInto('paper_links')
    .values(missing.map((link) => ({ ...link, paper_id: id })))
    .execute();
  return true;
}

/** Title and abstract of a version as they were received, also of an earlier one or a withdrawn one. */
async function keepVersion(
  db: Kysely<Schema>,
  id: string,
  { version, title, abstract, updatedAt }: IngestedPaper,
  now: Date,
): Promise<boolean> {
  if (version === undefined) return false;
  const { numInsertedOrUpdatedRows } = await db
    .insertInto('paper_versions')
    .values({
      paper_id: id,
      version,
      title,
      abstract: abstract ?? null,
      submitted_at: updatedAt ?? null,
      seen_at: now,
    })
    .onConflict((conflict) => conflict.columns(['paper_id', 'version']).doNothing())
    .executeTakeFirstOrThrow();
  return numInsertedOrUpdatedRows === 1n;
}

function hashOf(source: SourceName, paper: IngestedPaper): string {
  return createHash('sha256')
    .update(JSON.stringify([source, paper]))
    .digest('hex')
    .slice(0, 32);
}
