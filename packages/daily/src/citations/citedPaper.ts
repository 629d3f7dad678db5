import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';

/** What a reference to a paper is made of; what is not known is null. */
export interface CitedPaper {
  /** arXiv id without version, or another of ours. */
  readonly id: string;
  readonly title: string;
  readonly authors: readonly string[];
  /** First version on arXiv. */
  readonly publishedAt: Date | null;
  readonly primaryCategory: string | null;
  readonly doi: string | null;
  readonly journalRef: string | null;
  /** Of its authors. */
  readonly abstract: string | null;
}

/** The papers among the ids that are here, in the order of the ids. */
export async function readCitedPapers(
  connection: Connection,
  ids: readonly string[],
): Promise<CitedPaper[]> {
  if (ids.length === 0) return [];
  const kysely = kyselyOn(connection);
  const papers = await kysely
    .selectFrom('papers')
    .select(['id', 'title', 'abstract', 'published_at', 'primary_category', 'doi', 'journal_ref'])
    .where('id', 'in', ids)
    .execute();
  const authors = await kysely
    .selectFrom('paper_authors')
    .select(['paper_id', 'name'])
    .where('paper_id', 'in', ids)
    .where('status', '<>', 'hidden')
    .orderBy('position')
    .execute();
  return papers
    .toSorted((a, b) => ids.indexOf(a.id) - ids.indexOf(b.id))
    .map((paper) => ({
      id: paper.id,
      title: paper.title,
      authors: authors.filter(({ paper_id }) => paper_id === paper.id).map(({ name }) => name),
      publishedAt: paper.published_at,
      primaryCategory: paper.primary_category,
      doi: paper.doi,
      journalRef: paper.journal_ref,
      abstract: paper.abstract,
    }));
}

/** Whether an id is one that arXiv gave: `2409.02426`, or `cs/0112017` before 2007. */
export function isArxivId(id: string): boolean {
  return /^(\d{4}\.\d{4,5}|[a-z-]+\/\d{7})$/.test(id);
}

/** The DOI of a paper if it has the form of one: its own, else the one that arXiv registers. */
export function doiOf({ id, doi }: Pick<CitedPaper, 'id' | 'doi'>): string | null {
  if (doi !== null && /^10\.\d{4,9}\/[^\s{}\\"<>]+$/.test(doi)) return doi;
  return isArxivId(id) ? `10.48550/arXiv.${id}` : null;
}

/** A name in its parts, as reference managers want it. */
export interface NameParts {
  /** With particles: `van den Berg`. */
  readonly family: string;
  /** Empty for a group, or somebody with one name. */
  readonly given: string;
}

const particles = new Set(
  'al bin da das de del den der di dos du el la le ten ter van von zu'.split(' '),
);
const suffixes = /^(jr|sr|ii|iii|iv)\.?$/i;
const groupWords = /\b(team|group|collaboration|consortium|lab|labs|inc|ai|project|university)\b/i;

/** Splits a name as printed: the family name is the last word, with the particles before it. */
export function splitName(name: string): NameParts {
  const words = plainLine(name).split(' ');
  if (words.length === 1 || groupWords.test(name)) return { family: words.join(' '), given: '' };
  let start = words.length - 1;
  if (start > 1 && suffixes.test(words[start] ?? '')) start -= 1;
  while (start > 1 && particles.has(words[start - 1] ?? '')) start -= 1;
  return { family: words.slice(start).join(' '), given: words.slice(0, start).join(' ') };
}

/** A text on one line, without control characters: every format of references is made of lines. */
export function plainLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Cs}\u2028\u2029\s]+/gu, ' ').trim();
}
