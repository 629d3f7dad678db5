import { presetNames, type Outcome, type PresetName } from '@working-papers/paper-kit';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';

/** What a recorded run says of a claim. */
export interface RecordedVerdict {
  readonly claimId: string;
  readonly runId: string;
  readonly preset: PresetName;
  readonly outcome: Outcome;
  readonly measured: string;
  readonly rule: string;
  readonly metric: string | null;
  readonly value: number | null;
  readonly low: number | null;
  readonly high: number | null;
}

/**
 * One verdict per claim: that of the costliest complete run which measured it, else that of the
 * costliest which did not. A claim without any run has none.
 *
 * @returns By paper, in the order of the claims.
 */
export async function decideVerdicts(
  connection: Connection,
  paperIds: readonly string[],
): Promise<ReadonlyMap<string, readonly RecordedVerdict[]>> {
  const decided = new Map<string, RecordedVerdict[]>();
  for (const { paperId, ...verdict } of await allVerdicts(connection, paperIds)) {
    const ofPaper = decided.get(paperId) ?? [];
    decided.set(paperId, ofPaper);
    const known = ofPaper.findIndex(({ claimId }) => claimId === verdict.claimId);
    const other = ofPaper[known];
    if (other === undefined) ofPaper.push(verdict);
    else if (weight(verdict) > weight(other)) ofPaper[known] = verdict;
  }
  return decided;
}

function weight({ outcome, preset }: RecordedVerdict): number {
  return (outcome === 'not measured' ? 0 : presetNames.length) + presetNames.indexOf(preset);
}

async function allVerdicts(
  connection: Connection,
  paperIds: readonly string[],
): Promise<(RecordedVerdict & { paperId: string })[]> {
  if (paperIds.length === 0) return [];
  return kyselyOn(connection)
    .selectFrom('verdicts')
    .innerJoin('runs', 'runs.id', 'verdicts.run_id')
    .innerJoin('claims', (join) =>
      join
        .onRef('claims.paper_id', '=', 'verdicts.paper_id')
        .onRef('claims.id', '=', 'verdicts.claim_id'),
    )
    .select([
      'verdicts.paper_id as paperId',
      'verdicts.claim_id as claimId',
      'runs.id as runId',
      'runs.preset',
      'outcome',
      'measured',
      'rule',
      'metric',
      'value',
      'low',
      'high',
    ])
    .where('verdicts.paper_id', 'in', paperIds)
    .where('runs.is_complete', '=', true)
    .orderBy('claims.position')
    .execute();
}
