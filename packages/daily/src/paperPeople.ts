import type { Kysely } from 'kysely';
import type { Schema } from './database/schema.ts';
import { nameId } from './nameId.ts';

/**
 * Makes these the authors of a paper. Who claimed which place stays, unless another name stands there
 * now.
 *
 * @param names - As printed, in order; at least one.
 */
export async function writeAuthors(
  db: Kysely<Schema>,
  paperId: string,
  names: readonly string[],
): Promise<void> {
  const authors = names.map((name) => ({ id: nameId(name), name }));
  await db
    .insertInto('authors')
    .values(unique(authors))
    .onConflict((conflict) => conflict.column('id').doNothing())
    .execute();
  await db
    .deleteFrom('paper_authors')
    .where('paper_id', '=', paperId)
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
        paper_id: paperId,
        position,
        author_id: id,
        name,
      })),
    )
    .onConflict((conflict) => conflict.columns(['paper_id', 'position']).doNothing())
    .execute();
}

/** Makes these the organisations of a paper. */
export async function writeOrganizations(
  db: Kysely<Schema>,
  paperId: string,
  names: readonly string[],
): Promise<void> {
  await db.deleteFrom('paper_organizations').where('paper_id', '=', paperId).execute();
  const organizations = names.map((name) => ({ id: nameId(name), name }));
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
        paper_id: paperId,
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
