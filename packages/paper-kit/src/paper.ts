import { ConfigError } from '@working-papers/grad';

/** What a paper says that an experiment can test. */
export interface Claim {
  /** The claim in one sentence, in our words. */
  readonly statement: string;
  /** The paper's own figure, or what it shows instead of one. */
  readonly figure: string;
  /** Where the paper measured it: data, model, sizes. */
  readonly setting: string;
}

/** The families that share packages and leaderboards. */
export const families = [
  'acceleration',
  'diffusion',
  'diffusion-language',
  'representation',
  'sae',
  'visual-ar',
] as const;

/** One of {@link families}. */
export type Family = (typeof families)[number];

/** The facts of a paper, its claims and our summary: all that the catalogue needs. */
export interface Paper<ClaimId extends string = string> {
  /** Folder and address, kebab-case. */
  readonly slug: string;
  readonly title: string;
  /** As printed, in order. */
  readonly authors: readonly string[];
  /** How many authors there are where `authors` does not name all of them. */
  readonly authorCount?: number;
  /** Without version, for example `2409.02426`. */
  readonly arxivId: string;
  /** Date of the first arXiv version, YYYY-MM-DD. */
  readonly published: string;
  readonly organizations: readonly string[];
  /** Where it appeared, if it did. */
  readonly venue?: string;
  readonly family: Family;
  /** Topics in lower case, most specific first. */
  readonly tags: readonly string[];
  readonly links: {
    /** The authors' code. */
    readonly code?: string;
    readonly project?: string;
  };
  /** Licence of the authors' code as they state it; absent if there is no code or none is stated. */
  readonly codeLicense?: string;
  /** Written by us from the paper: never the authors' abstract. Paragraphs are separated by an empty line. */
  readonly summary: string;
  /** By id: c1, c2, ... in the order of importance. */
  readonly claims: Readonly<Record<ClaimId, Claim>>;
}

/**
 * Checks the facts of a paper and returns them unchanged.
 *
 * @throws {ConfigError} If a field has not the form that its documentation states; the message names
 * the paper and the field.
 */
export function definePaper<ClaimId extends string>(paper: Paper<ClaimId>): Paper<ClaimId> {
  const fail = (field: string, value: unknown, expected: string): never => {
    throw new ConfigError(
      `paper ${paper.slug}: ${field} is ${JSON.stringify(value)}; expected ${expected}`,
    );
  };
  if (!/^[a-z0-9]+(-[a-z0-9]+)*$/.test(paper.slug)) fail('slug', paper.slug, 'kebab-case');
  if (paper.title.trim() === '') fail('title', paper.title, 'a title');
  if (!/^\d{4}\.\d{4,5}$/.test(paper.arxivId)) {
    fail('arxivId', paper.arxivId, 'an arXiv id without version, for example 2409.02426');
  }
  if (!isCalendarDay(paper.published)) fail('published', paper.published, 'a day as YYYY-MM-DD');
  if (paper.authors.length === 0) fail('authors', paper.authors, 'at least one name');
  if (paper.authorCount !== undefined && paper.authorCount < paper.authors.length) {
    fail('authorCount', paper.authorCount, `at least the ${paper.authors.length} authors named`);
  }
  if (!families.includes(paper.family)) fail('family', paper.family, families.join(', '));
  for (const [name, url] of Object.entries(paper.links)) {
    if (!URL.canParse(url) || !url.startsWith('https://'))
      fail(`links.${name}`, url, 'an https address');
  }
  if (paper.summary.trim().length < 200) fail('summary', paper.summary, '200 characters or more');
  const claimIds = Object.keys(paper.claims);
  if (claimIds.length === 0) fail('claims', claimIds, 'at least one claim');
  claimIds.forEach((id, i) => {
    if (id !== `c${i + 1}`) fail('claims', claimIds, 'the ids c1, c2, ... in order');
  });
  return paper;
}

function isCalendarDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}
