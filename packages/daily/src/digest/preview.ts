import type { Connection } from '../database/database.ts';
import { composeDigest, type DigestContent } from './content.ts';
import { checkFilters } from './filters.ts';
import { isCadence, lastPeriod, parsePeriod } from './periods.ts';

/** The digest of a period as all readers get it, or why there is none. */
export type DigestPreview =
  | { readonly kind: 'digest'; readonly content: DigestContent }
  /** There is no period of that name. */
  | { readonly kind: 'invalid' }
  /** It is not over yet. */
  | { readonly kind: 'future' };

/** Reads a digest by the parts of its address. */
export async function readDigest(
  connection: Connection,
  cadence: string,
  name: string,
  now: Date = new Date(),
): Promise<DigestPreview> {
  const period = isCadence(cadence) ? parsePeriod(cadence, name) : null;
  if (period === null) return { kind: 'invalid' };
  if (period.end > lastPeriod(period.cadence, now).end) return { kind: 'future' };
  const findPapers = () => Promise.resolve([]);
  const filters = checkFilters({});
  return {
    kind: 'digest',
    content: await composeDigest(connection, { period, filters, findPapers }),
  };
}
