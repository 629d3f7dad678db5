import { outcomes } from '@working-papers/paper-kit';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { csvText } from './csv.ts';
import type { ClaimWithVerdict } from './paperPage.ts';
import { decideVerdicts } from './verdicts.ts';

/** A claim beside its paper. */
export interface ListedClaim extends ClaimWithVerdict {
  readonly paper: {
    readonly id: string;
    readonly title: string;
    readonly family: string | null;
    readonly day: string;
  };
}

/** Orders of the claims of all papers. */
export const claimOrders = ['paper', 'verdict', 'family', 'date'] as const;

/** One of {@link claimOrders}. */
export type ClaimOrder = (typeof claimOrders)[number];

/** All claims of all papers with the verdicts that count; claims of one paper stay in its order. */
export async function readClaims(
  connection: Connection,
  order: ClaimOrder,
): Promise<readonly ListedClaim[]> {
  const rows = await kyselyOn(connection)
    .selectFrom('claims')
    .innerJoin('papers', 'papers.id', 'claims.paper_id')
    .select(['claims.id', 'statement', 'paper_value', 'setting'])
    .select(['papers.id as paper_id', 'title', 'family', 'day'])
    .orderBy('title')
    .orderBy('papers.id')
    .orderBy('position')
    .execute();
  const verdicts = await decideVerdicts(connection, [
    ...new Set(rows.map(({ paper_id }) => paper_id)),
  ]);
  const claims = rows.map((row): ListedClaim => ({
    id: row.id,
    statement: row.statement,
    paperValue: row.paper_value,
    setting: row.setting,
    verdict: verdicts.get(row.paper_id)?.find(({ claimId }) => claimId === row.id) ?? null,
    paper: { id: row.paper_id, title: row.title, family: row.family, day: row.day },
  }));
  return order === 'paper' ? claims : claims.toSorted(comparisons[order]);
}

const comparisons = {
  verdict: (one: ListedClaim, other: ListedClaim) => rank(one) - rank(other),
  family: (one: ListedClaim, other: ListedClaim) =>
    (one.paper.family ?? '\uffff').localeCompare(other.paper.family ?? '\uffff', 'en'),
  date: (one: ListedClaim, other: ListedClaim) =>
    other.paper.day.localeCompare(one.paper.day, 'en'),
} satisfies Partial<Record<ClaimOrder, unknown>>;

/** Claims that were never tested come last. */
function rank({ verdict }: ListedClaim): number {
  return verdict === null ? outcomes.length : outcomes.indexOf(verdict.outcome);
}

/** Claims as a table for spreadsheets, one in a line. */
export function claimsAsCsv(claims: readonly ListedClaim[]): string {
  return csvText(
    claims.map(({ id, statement, paperValue, setting, verdict, paper }) => ({
      paper: paper.id,
      title: paper.title,
      family: paper.family,
      day: paper.day,
      claim: id,
      statement,
      paperValue,
      setting,
      outcome: verdict?.outcome ?? null,
      measured: verdict?.measured ?? null,
      metric: verdict?.metric ?? null,
      value: verdict?.value ?? null,
      low: verdict?.low ?? null,
      high: verdict?.high ?? null,
      rule: verdict?.rule ?? null,
      preset: verdict?.preset ?? null,
      run: verdict?.runId ?? null,
    })),
  );
}
