import type { CatalogueEntry } from '@working-papers/papers/catalogue';
import leven from 'leven';
import { UsageError } from './usageError.ts';

/**
 * Finds a paper by slug or arXiv id.
 *
 * @param command - Begins the message, for example `wp show`.
 * @throws {UsageError} If there is none; the message names the nearest, if one is near.
 */
export function paperByName(
  entries: readonly CatalogueEntry[],
  name: string,
  command: string,
): CatalogueEntry {
  const found = entries.find(({ paper }) => paper.slug === name || paper.arxivId === name);
  if (found) return found;
  const near = nearest(
    name,
    entries.map(({ paper }) => paper.slug),
  );
  const hint = near === undefined ? '"wp list" shows them all' : `did you mean ${near}?`;
  throw new UsageError(`${command}: no paper "${name}"; ${hint}`);
}

/** The candidate that a name was probably meant to be: at most a third of its letters differ. */
function nearest(name: string, candidates: readonly string[]): string | undefined {
  const distances = candidates.map((candidate) => ({ candidate, letters: leven(name, candidate) }));
  const best = distances.sort((a, b) => a.letters - b.letters)[0];
  if (!best || best.letters > Math.max(name.length, best.candidate.length) / 3) return undefined;
  return best.candidate;
}
