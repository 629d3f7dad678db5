import { sql, type ColumnDefinitionBuilder, type Kysely, type Migration } from 'kysely';

/** Papers, who wrote them, what they claim and what our runs found. */
export const catalogue: Migration = {
  async up(db) {
    await createPapers(db);
    await createPeople(db);
    await createRuns(db);
    await db.schema
      .createTable('settings')
      .addColumn('key', 'text', (column) => column.primaryKey())
      .addColumn('value', 'text', (column) => column.notNull())
      .execute();
  },
};

async function createPapers(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('papers')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('slug', 'text', (column) => column.unique())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('abstract', 'text')
    .addColumn('summary', 'text')
    .addColumn('published_at', 'timestamptz', (column) => column.notNull())
    .addColumn('day', 'date', (column) => column.notNull())
    .addColumn('venue', 'text')
    .addColumn('family', 'text')
    .addColumn('tags', sql`text[]`, (column) => column.notNull())
    .addColumn('author_count', 'integer')
    .addColumn('source', 'text', (column) => column.notNull())
    .addColumn('created_at', 'timestamptz', (column) => column.notNull().defaultTo(sql`now()`))
    .execute();
  await db.schema.createIndex('papers_by_day').on('papers').columns(['day desc', 'id']).execute();
  await db.schema
    .createTable('paper_links')
    .addColumn('paper_id', 'text', toPaper)
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('url', 'text', (column) => column.notNull())
    .addColumn('license', 'text')
    .addPrimaryKeyConstraint('paper_links_key', ['paper_id', 'kind', 'url'])
    .execute();
  await db.schema
    .createTable('implementations')
    .addColumn('paper_id', 'text', (column) => toPaper(column).primaryKey())
    .addColumn('package', 'text', (column) => column.notNull())
    .execute();
  await db.schema
    .createTable('claims')
    .addColumn('paper_id', 'text', toPaper)
    .addColumn('id', 'text', (column) => column.notNull())
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('statement', 'text', (column) => column.notNull())
    .addColumn('paper_value', 'text', (column) => column.notNull())
    .addColumn('setting', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('claims_key', ['paper_id', 'id'])
    .execute();
}

async function createPeople(db: Kysely<unknown>): Promise<void> {
  for (const [names, ofPaper, id] of [
    ['authors', 'paper_authors', 'author_id'],
    ['organizations', 'paper_organizations', 'organization_id'],
  ] as const) {
    await db.schema
      .createTable(names)
      .addColumn('id', 'text', (column) => column.primaryKey())
      .addColumn('name', 'text', (column) => column.notNull())
      .execute();
    await db.schema
      .createTable(ofPaper)
      .addColumn('paper_id', 'text', toPaper)
      .addColumn('position', 'integer', (column) => column.notNull())
      .addColumn(id, 'text', (column) => column.notNull().references(`${names}.id`))
      .addPrimaryKeyConstraint(`${ofPaper}_key`, ['paper_id', 'position'])
      .execute();
    await db.schema.createIndex(`${ofPaper}_by_${id}`).on(ofPaper).column(id).execute();
  }
  await db.schema
    .alterTable('paper_authors')
    .addColumn('name', 'text', (column) => column.notNull())
    .execute();
}

async function createRuns(db: Kysely<unknown>): Promise<void> {
  await db.schema
    .createTable('runs')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('paper_id', 'text', toPaper)
    .addColumn('preset', 'text', (column) => column.notNull())
    .addColumn('seed', 'bigint', (column) => column.notNull())
    .addColumn('config', 'jsonb', (column) => column.notNull())
    .addColumn('is_complete', 'boolean', (column) => column.notNull())
    .addColumn('commit', 'text', (column) => column.notNull())
    .addColumn('is_dirty', 'boolean', (column) => column.notNull())
    .addColumn('command', 'text', (column) => column.notNull())
    .addColumn('versions', 'jsonb', (column) => column.notNull())
    .addColumn('backend', 'text', (column) => column.notNull())
    .addColumn('platform', 'text', (column) => column.notNull())
    .addColumn('cpu', 'text', (column) => column.notNull())
    .addColumn('threads', 'integer', (column) => column.notNull())
    .addColumn('wall_seconds', 'double precision', (column) => column.notNull())
    .addColumn('peak_memory_bytes', 'bigint', (column) => column.notNull())
    .addColumn('started_at', 'timestamptz', (column) => column.notNull())
    .execute();
  await db.schema.createIndex('runs_by_paper').on('runs').column('paper_id').execute();
  await db.schema
    .createTable('measurements')
    .addColumn('run_id', 'text', toRun)
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('row', 'jsonb', (column) => column.notNull())
    .addPrimaryKeyConstraint('measurements_key', ['run_id', 'position'])
    .execute();
  await db.schema
    .createTable('verdicts')
    .addColumn('run_id', 'text', toRun)
    .addColumn('paper_id', 'text', (column) => column.notNull())
    .addColumn('claim_id', 'text', (column) => column.notNull())
    .addColumn('outcome', 'text', (column) => column.notNull())
    .addColumn('measured', 'text', (column) => column.notNull())
    .addColumn('rule', 'text', (column) => column.notNull())
    .addColumn('metric', 'text')
    .addColumn('value', 'double precision')
    .addColumn('low', 'double precision')
    .addColumn('high', 'double precision')
    .addPrimaryKeyConstraint('verdicts_key', ['run_id', 'claim_id'])
    .addForeignKeyConstraint(
      'verdicts_claim',
      ['paper_id', 'claim_id'],
      'claims',
      ['paper_id', 'id'],
      (constraint) => constraint.onDelete('cascade'),
    )
    .execute();
  await db.schema
    .createTable('run_figures')
    .addColumn('run_id', 'text', toRun)
    .addColumn('position', 'integer', (column) => column.notNull())
    .addColumn('name', 'text', (column) => column.notNull())
    .addColumn('title', 'text', (column) => column.notNull())
    .addColumn('alt', 'text', (column) => column.notNull())
    .addColumn('file', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('run_figures_key', ['run_id', 'position'])
    .execute();
}

function toPaper(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull().references('papers.id').onDelete('cascade');
}

function toRun(column: ColumnDefinitionBuilder): ColumnDefinitionBuilder {
  return column.notNull().references('runs.id').onDelete('cascade');
}
