import { fileURLToPath } from 'node:url';
import type { CatalogueEntry } from '@working-papers/papers/catalogue';
import { suggestion } from './nearest.ts';
import { UsageError } from './usageError.ts';

/** The folder of this repository. */
export const root = fileURLToPath(new URL('../../../', import.meta.url));

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
  const slugs = entries.map(({ paper }) => paper.slug);
  const hint = suggestion(name, slugs, '"wp list" shows them all');
  throw new UsageError(`${command}: no paper "${name}"; ${hint}`);
}

/**
 * The same for a command that needs an experiment.
 *
 * @throws {UsageError} If there is no such paper, or it does not run here.
 */
export function runnablePaper(
  entries: readonly CatalogueEntry[],
  name: string,
  command: string,
): CatalogueEntry {
  const entry = paperByName(entries, name, command);
  if (entry.hasExperiment) return entry;
  throw new UsageError(
    `${command} ${entry.paper.slug}: does not run here yet; "wp list" marks those that do with *`,
  );
}
