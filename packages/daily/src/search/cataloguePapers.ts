import { sql } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { decideVerdicts } from '../reading/verdicts.ts';
import type { SearchPaper } from './searchIndex.ts';

/** Papers are read so many at a time. */
const batchSize = 500;

/** What changed after a point in the order of changes. */
export interface CatalogueChanges {
  readonly changed: readonly SearchPaper[];
  readonly removed: readonly string[];
  /** The point up to which these are all changes. */
  readonly changeSeq: number;
  /** Whether there are more. */
  readonly isMore: boolean;
}

/** Where the catalogue stands now. */
export async function catalogueState(
  connection: Connection,
): Promise<{ readonly papers: number; readonly changeSeq: number }> {
  const { rows } = await connection.query<{ papers: number; changeSeq: number }>(
    `select (select count(*) from papers)::int as papers,
            greatest((select max(change_seq) from papers),
                     (select max(change_seq) from paper_removals), 0) as "changeSeq"`,
  );
  return rows[0] ?? { papers: 0, changeSeq: 0 };
}

/**
 * The next changes after `since`, in their order. Numbers are given in the order of commits, so nothing
 * that comes later has a smaller one.
 */
export async function catalogueChanges(
  connection: Connection,
  since: number,
): Promise<CatalogueChanges> {
  const db = kyselyOn(connection);
  const changes = await db
    .selectFrom('papers')
    .select(['id', 'change_seq as changeSeq', sql<boolean>`false`.as('isRemoval')])
    .where('change_seq', '>', since)
    .unionAll(
      db
        .selectFrom('paper_removals')
        .select(['paper_id as id', 'change_seq as changeSeq', sql<boolean>`true`.as('isRemoval')])
        .where('change_seq', '>', since),
    )
    .orderBy('changeSeq')
    .limit(batchSize)
    .execute();
  const ids = changes.filter(({ isRemoval }) => !isRemoval).map(({ id }) => id);
  const removed = changes.filter(({ isRemoval }) => isRemoval).map(({ id }) => id);
  return {
    changed: await readSearchPapers(connection, ids),
    // A paper may have been removed and come again since.
    removed: await withoutExisting(connection, removed),
    changeSeq: changes.at(-1)?.changeSeq ?? since,
    isMore: changes.length === batchSize,
  };
}

/** All papers, in batches, by id. */
export async function* allSearchPapers(
  connection: Connection,
): AsyncGenerator<readonly SearchPaper[]> {
  let after = '';
  while (true) {
    const rows = await kyselyOn(connection)
      .selectFrom('papers')
      .select('id')
      .where('id', '>', after)
      .orderBy('id')
      .limit(batchSize)
      .execute();
    const last = rows.at(-1);
    if (last === undefined) return;
    yield await readSearchPapers(
      connection,
      rows.map(({ id }) => id),
    );
    after = last.id;
  }
}

/** Papers as search sees them, in the order of the ids; those that are not there are left out. */
export async function readSearchPapers(
  connection: Connection,
  ids: readonly string[],
): Promise<SearchPaper[]> {
  if (ids.length === 0) return [];
  const db = kyselyOn(connection);
  const [papers, authors, organizations, verdicts] = await Promise.all([
    db
      .selectFrom('papers')
      .leftJoin('implementations', 'implementations.paper_id', 'papers.id')
      .select(['id', 'title', 'summary', 'abstract', 'day', 'categories', 'tags', 'family'])
      .select('implementations.paper_id as implementation')
      .where('id', 'in', ids)
      .execute(),
    db
      .selectFrom('paper_authors')
      .select(['paper_id', 'name'])
      .where('paper_id', 'in', ids)
      .where('status', '<>', 'hidden')
      .execute(),
    db
      .selectFrom('paper_organizations')
      .innerJoin('organizations', 'organizations.id', 'paper_organizations.organization_id')
      .select(['paper_id', 'name'])
      .where('paper_id', 'in', ids)
      .execute(),
    decideVerdicts(connection, ids),
  ]);
  const authorsOf = namesByPaper(authors);
  const organizationsOf = namesByPaper(organizations);
  const byId = new Map(papers.map((paper) => [paper.id, paper]));
  return ids.flatMap((id) => {
    const paper = byId.get(id);
    if (paper === undefined) return [];
    return {
      id,
      title: paper.title,
      text: [paper.abstract, paper.summary].filter((text) => text !== null).join('\n\n'),
      day: paper.day,
      authors: authorsOf.get(id) ?? [],
      organizations: organizationsOf.get(id) ?? [],
      categories: paper.categories,
      tags: paper.tags,
      family: paper.family,
      outcomes: [...new Set((verdicts.get(id) ?? []).map(({ outcome }) => outcome))],
      runsHere: paper.implementation !== null,
    };
  });
}

function namesByPaper(rows: readonly { readonly paper_id: string; readonly name: string }[]) {
  const names = new Map<string, string[]>();
  for (const { paper_id, name } of rows) {
    names.set(paper_id, [...(names.get(paper_id) ?? []), name]);
  }
  return names;
}

async function withoutExisting(connection: Connection, ids: readonly string[]): Promise<string[]> {
  if (ids.length === 0) return [];
  const rows = await kyselyOn(connection)
    .selectFrom('papers')
    .select('id')
    .where('id', 'in', ids)
    .execute();
  const existing = new Set(rows.map(({ id }) => id));
  return ids.filter((id) => !existing.has(id));
}
