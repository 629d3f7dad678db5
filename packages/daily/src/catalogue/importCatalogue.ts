import { createHash } from 'node:crypto';
import type { Paper, Result, Verdict } from '@working-papers/paper-kit';
import type { Kysely } from 'kysely';
import type { Database } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import type { Schema } from '../database/schema.ts';
import { nameId } from '../nameId.ts';
import type { Catalogue, CatalogueEntry } from './catalogue.ts';

/** Marks what this import owns: it never touches papers from elsewhere. */
const source = 'catalogue';
const hashSetting = 'catalogue-hash';

/**
 * Writes the repository's papers and recorded results into the database, all or nothing, if they
 * differ from what was written last. Papers that left the catalogue leave the database.
 *
 * @returns Whether anything was written.
 */
export async function importCatalogue(database: Database, catalogue: Catalogue): Promise<boolean> {
  const hash = hashOf(catalogue);
  return database.transaction(async (connection) => {
    const db = kyselyOn(connection);
    const last = await db
      .selectFrom('settings')
      .select('value')
      .where('key', '=', hashSetting)
      .executeTakeFirst();
    if (last?.value === hash) return false;
    await removeOthers(db, catalogue);
    for (const entry of catalogue) await writeEntry(db, entry);
    await removeNameless(db);
    await db
      .insertInto('settings')
      .values({ key: hashSetting, value: hash })
      .onConflict((conflict) => conflict.column('key').doUpdateSet({ value: hash }))
      .execute();
    return true;
  });
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(JSON.stringify(value)).digest('hex');
}

async function removeOthers(db: Kysely<Schema>, catalogue: Catalogue): Promise<void> {
  const ids = catalogue.map(({ paper }) => paper.arxivId);
  const others = db.deleteFrom('papers').where('source', '=', source);
  await (ids.length === 0 ? others : others.where('id', 'not in', ids)).execute();
}

async function writeEntry(db: Kysely<Schema>, entry: CatalogueEntry): Promise<void> {
  const { paper, results, isImplemented } = entry;
  await writePaper(db, paper);
  await writeAuthors(db, paper);
  await writeOrganizations(db, paper);
  await writeLinks(db, paper);
  await writeClaims(db, paper);
  await db.deleteFrom('implementations').where('paper_id', '=', paper.arxivId).execute();
  if (isImplemented) {
    await db
      .insertInto('implementations')
      .values({ paper_id: paper.arxivId, package: `@working-papers/papers/${paper.slug}` })
      .execute();
  }
  await db.deleteFrom('runs').where('paper_id', '=', paper.arxivId).execute();
  for (const result of results) await writeRun(db, paper, result);
}

async function writePaper(db: Kysely<Schema>, paper: Paper): Promise<void> {
  const row = {
    id: paper.arxivId,
    slug: paper.slug,
    title: paper.title,
    summary: paper.summary,
    published_at: new Date(`${paper.published}T00:00:00Z`),
    // The catalogue was never featured on a day of its own, so it takes the arXiv date.
    day: paper.published,
    venue: paper.venue ?? null,
    family: paper.family,
    tags: paper.tags,
    author_count: paper.authorCount ?? null,
    source,
  };
  await db
    .insertInto('papers')
    .values(row)
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

async function writeAuthors(db: Kysely<Schema>, paper: Paper): Promise<void> {
  const authors = paper.authors.map((name) => ({ id: nameId(name), name }));
  await db
    .insertInto('authors')
    .values(unique(authors))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  // Who claimed which place stays, unless another name stands there now.
  await db
    .deleteFrom('paper_authors')
    .where('paper_id', '=', paper.arxivId)
    .where((row) =>
      row.and(
        authors.map(({ name }, position) =>
          row.not(row.and([row('position', '=', position), row('name', '=', name)])),
        ),
      ),
    )
    .execute();
  await db
    .insertInto('paper_authors')
    .values(
      authors.map(({ id, name }, position) => ({
        paper_id: paper.arxivId,
        position,
        author_id: id,
        name,
      })),
    )
    .onConflict((conflict) => conflict.columns(['paper_id', 'position']).doNothing())
    .execute();
}

async function writeOrganizations(db: Kysely<Schema>, paper: Paper): Promise<void> {
  await db.deleteFrom('paper_organizations').where('paper_id', '=', paper.arxivId).execute();
  const organizations = paper.organizations.map((name) => ({ id: nameId(name), name }));
  if (organizations.length === 0) return;
  await db
    .insertInto('organizations')
    .values(unique(organizations))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await db
    .insertInto('paper_organizations')
    .values(
      organizations.map(({ id }, position) => ({
        paper_id: paper.arxivId,
        position,
        organization_id: id,
      })),
    )
    .execute();
}

/** One statement may not write the same row twice. */
function unique<Named extends { readonly id: string }>(named: readonly Named[]): Named[] {
  return [...new Map(named.map((one) => [one.id, one])).values()];
}

async function writeLinks(db: Kysely<Schema>, paper: Paper): Promise<void> {
  await db.deleteFrom('paper_links').where('paper_id', '=', paper.arxivId).execute();
  const { code, project } = paper.links;
  const license = paper.codeLicense ?? null;
  const rows = [
    ...(code === undefined ? [] : [{ kind: 'code' as const, url: code, license }]),
    ...(project === undefined ? [] : [{ kind: 'project' as const, url: project, license: null }]),
  ];
  if (rows.length === 0) return;
  await db
    .insertInto('paper_links')
    .values(rows.map((row) => ({ ...row, paper_id: paper.arxivId })))
    .execute();
}

async function writeClaims(db: Kysely<Schema>, paper: Paper): Promise<void> {
  const claims = Object.entries(paper.claims);
  // Disputes hang on a claim, so it is changed rather than written anew.
  await db
    .deleteFrom('claims')
    .where('paper_id', '=', paper.arxivId)
    .where(
      'id',
      'not in',
      claims.map(([id]) => id),
    )
    .execute();
  await db
    .insertInto('claims')
    .values(
      claims.map(([id, { statement, figure, setting }], position) => ({
        paper_id: paper.arxivId,
        id,
        position,
        statement,
        paper_value: figure,
        setting,
      })),
    )
    .onConflict((conflict) =>
      conflict.columns(['paper_id', 'id']).doUpdateSet(({ ref }) => ({
        position: ref('excluded.position'),
        statement: ref('excluded.statement'),
        paper_value: ref('excluded.paper_value'),
        setting: ref('excluded.setting'),
      })),
    )
    .execute();
}

async function writeRun(db: Kysely<Schema>, paper: Paper, result: Result): Promise<void> {
  const { provenance } = result;
  const run_id = hashOf(result).slice(0, 16);
  await db
    .insertInto('runs')
    .values({
      id: run_id,
      paper_id: paper.arxivId,
      preset: result.preset,
      seed: result.seed,
      config: JSON.stringify(result.config),
      is_complete: result.isComplete,
      commit: provenance.commit,
      is_dirty: provenance.isDirty,
      command: provenance.command,
      versions: JSON.stringify(provenance.versions),
      backend: provenance.backend,
      platform: provenance.platform,
      cpu: provenance.cpu,
      threads: provenance.threads,
      wall_seconds: provenance.wallSeconds,
      peak_memory_bytes: provenance.peakMemoryBytes,
      started_at: new Date(provenance.startedAt),
    })
    .execute();
  const measurements = result.rows.map((row, position) => ({
    run_id,
    position,
    row: JSON.stringify(row),
  }));
  // A statement takes at most 65,535 parameters.
  for (let i = 0; i < measurements.length; i += 5000) {
    await db
      .insertInto('measurements')
      .values(measurements.slice(i, i + 5000))
      .execute();
  }
  const verdicts = Object.entries(result.verdicts).filter(([id]) => id in paper.claims);
  if (verdicts.length > 0) {
    await db
      .insertInto('verdicts')
      .values(verdicts.map(([id, verdict]) => verdictRow(run_id, paper, id, verdict)))
      .execute();
  }
  if (result.figures.length > 0) {
    await db
      .insertInto('run_figures')
      .values(
        result.figures.map(({ name, title, alt, file }, position) => ({
          run_id,
          position,
          name,
          title,
          alt,
          file,
        })),
      )
      .execute();
  }
}

function verdictRow(run_id: string, paper: Paper, claim_id: string, verdict: Verdict) {
  return {
    run_id,
    paper_id: paper.arxivId,
    claim_id,
    outcome: verdict.outcome,
    measured: verdict.measured,
    rule: verdict.rule,
    metric: verdict.metric ?? null,
    value: verdict.value ?? null,
    low: verdict.interval?.[0] ?? null,
    high: verdict.interval?.[1] ?? null,
  };
}

async function removeNameless(db: Kysely<Schema>): Promise<void> {
  await db
    .deleteFrom('authors')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('paper_authors')
            .select('paper_id')
            .whereRef('paper_authors.author_id', '=', 'authors.id'),
        ),
      ),
    )
    .execute();
  await db
    .deleteFrom('organizations')
    .where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('paper_organizations')
            .select('paper_id')
            .whereRef('paper_organizations.organization_id', '=', 'organizations.id'),
        ),
      ),
    )
    .execute();
}
