import type { Outcome } from '@working-papers/paper-kit';
import { sql } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { decideVerdicts, type RecordedVerdict } from '../reading/verdicts.ts';
import type { PublicUser } from './paperRecord.ts';

/** A claim of a paper and the verdict that counts. */
export interface ClaimRecord {
  readonly paperId: string;
  readonly paperTitle: string;
  /** c1, c2, ... */
  readonly id: string;
  readonly statement: string;
  readonly paperValue: string;
  readonly setting: string;
  readonly verdict: RecordedVerdict | null;
}

/** Claims, in the order of their papers' ids; without ids those of all papers. */
export async function readClaims(
  connection: Connection,
  asked: {
    readonly paperIds?: readonly string[] | undefined;
    readonly outcome?: Outcome | undefined;
  } = {},
): Promise<ClaimRecord[]> {
  const { paperIds, outcome } = asked;
  if (paperIds?.length === 0) return [];
  let query = kyselyOn(connection)
    .selectFrom('claims')
    .innerJoin('papers', 'papers.id', 'claims.paper_id')
    .select(['claims.paper_id as paperId', 'title as paperTitle', 'claims.id', 'statement'])
    .select(['paper_value as paperValue', 'setting'])
    .orderBy('claims.paper_id')
    .orderBy('claims.position');
  if (paperIds !== undefined) query = query.where('claims.paper_id', 'in', paperIds);
  const claims = await query.execute();
  const verdicts = await decideVerdicts(connection, [
    ...new Set(claims.map(({ paperId }) => paperId)),
  ]);
  return claims
    .map((claim) => {
      const decided = verdicts.get(claim.paperId)?.find(({ claimId }) => claimId === claim.id);
      return { ...claim, verdict: decided ?? null };
    })
    .filter(({ verdict }) => outcome === undefined || verdict?.outcome === outcome);
}

/** A comment, whatever became of it. */
export interface CommentRecord {
  readonly id: string;
  readonly paperId: string;
  readonly parentId: string | null;
  readonly author: PublicUser | null;
  /** Whether who wrote it is a verified author of the paper. */
  readonly isPaperAuthor: boolean;
  readonly markdown: string;
  readonly createdAt: Date;
  readonly editedAt: Date | null;
  readonly deletedAt: Date | null;
  readonly hiddenAt: Date | null;
}

/** Comments on papers, the oldest first. */
export async function readComments(
  connection: Connection,
  paperIds: readonly string[],
): Promise<CommentRecord[]> {
  if (paperIds.length === 0) return [];
  const rows = await kyselyOn(connection)
    .selectFrom('comments')
    .leftJoin('users', 'users.id', 'comments.user_id')
    .select(['comments.id', 'paper_id as paperId', 'parent_id as parentId', 'markdown'])
    .select(['comments.created_at as createdAt', 'edited_at as editedAt'])
    .select(['deleted_at as deletedAt', 'hidden_at as hiddenAt'])
    .select(['users.id as userId', 'handle', 'name'])
    .select(
      sql<boolean>`exists (
        select 1 from paper_authors a where a.paper_id = comments.paper_id
          and a.user_id = comments.user_id and a.status = 'verified')`.as('isPaperAuthor'),
    )
    .where('paper_id', 'in', paperIds)
    .orderBy('comments.created_at')
    .orderBy('comments.id')
    .execute();
  return rows.map(({ userId, handle, name, ...comment }) => ({
    ...comment,
    author:
      userId === null || handle === null || name === null ? null : { id: userId, handle, name },
  }));
}
