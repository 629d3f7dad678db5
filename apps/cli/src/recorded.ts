import { join } from 'node:path';
import type { Outcome, Result } from '@working-papers/paper-kit';
import { readResults } from '@working-papers/paper-kit/node';
import type { CatalogueEntry } from '@working-papers/papers/catalogue';

/** The recorded result of the costliest preset, if there is one. */
export async function bestResult(entry: CatalogueEntry): Promise<Result | undefined> {
  return (await readResults(join(entry.folder, 'results'))).at(-1);
}

/** Counts of outcomes in words, for example `standard: 3 hold, 1 not measured`. */
export function summarise(result: Result): string {
  const counts = new Map<Outcome, number>();
  for (const { outcome } of Object.values(result.verdicts)) {
    counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
  }
  const parts = [...counts].map(([outcome, count]) => `${count} ${inPlural(outcome, count)}`);
  return `${result.preset}: ${parts.join(', ')}`;
}

function inPlural(outcome: Outcome, count: number): string {
  if (count === 1) return outcome;
  if (outcome === 'holds') return 'hold';
  return outcome === 'fails' ? 'fail' : outcome;
}
