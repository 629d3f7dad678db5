import { outcomes, type Outcome } from '@working-papers/paper-kit';
import { sql } from 'kysely';
import type { Connection } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { decideVerdicts, type RecordedVerdict } from '../reading/verdicts.ts';
import type { DigestFilters } from './filters.ts';
import type { Period } from './periods.ts';
import { plainMath } from './plainMath.ts';

/** What a digest says. All texts are of one line, with formulas that read without LaTeX. */
export interface DigestContent {
  readonly period: Period;
  /** The papers with most votes first; at most `shownPapers`. */
  readonly papers: readonly DigestPaper[];
  /** How many papers there are in all. */
  readonly total: number;
}

export interface DigestPaper {
  readonly id: string;
  readonly title: string;
  /** Authors and organisations; may be empty. */
  readonly byline: string;
  /** The beginning of the abstract, or of our summary; may be empty. */
  readonly beginning: string;
  readonly runsHere: boolean;
  /** For example `2 claims: 1 holds, 1 fails`; empty if none was tested. */
  readonly verdicts: string;
}

/** Finds papers of some days by what could be typed into the search box; gives their ids. */
export type FindPapers = (
  query: string,
  days: { readonly from: string; readonly to: string },
) => Promise<readonly string[]>;

/** More would make the e-mail longer than anybody reads, and than Gmail shows. */
const shownPapers = 30;
const beginningLength = 260;
const titleLength = 300;

/** Puts together what a digest says. */
export async function composeDigest(
  connection: Connection,
  request: {
    readonly period: Period;
    readonly filters: DigestFilters;
    readonly findPapers: FindPapers;
  },
): Promise<DigestContent> {
  const { period, filters, findPapers } = request;
  const days = { from: period.first, to: period.last };
  const found = await Promise.all(filters.searches.map((search) => findPapers(search, days)));
  const rows = await readPapers(connection, period, { ...filters, ids: found.flat() });
  const ids = rows.map(({ id }) => id);
  const [authors, organizations, verdicts] = await Promise.all([
    firstNames(connection, 'authors', ids),
    firstNames(connection, 'organizations', ids),
    decideVerdicts(connection, ids),
  ]);
  const papers = rows.map((row) => {
    const names = authors.get(row.id) ?? [];
    return {
      id: row.id,
      title: cut(line(row.title), titleLength),
      byline: [
        authorsInWords(names, row.author_count ?? names.length),
        organizationsInWords(organizations.get(row.id) ?? []),
      ]
        .filter((part) => part !== '')
        .join(' · '),
      beginning: cut(
        line((row.abstract ?? row.summary ?? '').split('\n\n')[0] ?? ''),
        beginningLength,
      ),
      runsHere: row.runsHere === true,
      verdicts: verdictsInWords(verdicts.get(row.id) ?? []),
    };
  });
  return { period, papers, total: rows[0]?.total ?? 0 };
}

async function readPapers(
  connection: Connection,
  { first, last }: Period,
  { topics, categories, searches, ids }: DigestFilters & { readonly ids: readonly string[] },
) {
  const isFiltered = topics.length + categories.length + searches.length > 0;
  const query = kyselyOn(connection)
    .selectFrom('papers')
    .leftJoin('implementations', 'implementations.paper_id', 'papers.id')
    .select(['id', 'title', 'abstract', 'summary', 'author_count'])
    .select(({ eb }) => eb('implementations.paper_id', 'is not', null).as('runsHere'))
    .select(sql<number>`(count(*) over ())::int`.as('total'))
    .where('day', '>=', first)
    .where('day', '<=', last)
    .where('withdrawn_at', 'is', null)
    .orderBy('upvotes', 'desc')
    .orderBy('published_at', (order) => order.desc().nullsLast())
    .orderBy('id', 'desc')
    .limit(shownPapers);
  if (!isFiltered) return query.execute();
  return query
    .where(
      sql<boolean>`(papers.tags && ${[...topics]}::text[] or papers.id = any(${[...ids]}::text[])
        or exists (select from unnest(papers.categories) as c, unnest(${[...categories]}::text[]) as w
                   where lower(c) = lower(w) or starts_with(lower(c), lower(w) || '.')))`,
    )
    .execute();
}

async function firstNames(
  connection: Connection,
  kind: 'authors' | 'organizations',
  ids: readonly string[],
): Promise<ReadonlyMap<string, readonly string[]>> {
  if (ids.length === 0) return new Map();
  const from =
    kind === 'authors'
      ? 'select paper_id, name, position from paper_authors'
      : 'select paper_id, name, position from paper_organizations join organizations on id = organization_id';
  const { rows } = await connection.query<{ paper_id: string; names: readonly string[] }>(
    `select paper_id, array_agg(name order by position) as names
     from (${from}) as n where paper_id = any($1::text[]) group by paper_id`,
    [[...ids]],
  );
  return new Map(rows.map(({ paper_id, names }) => [paper_id, names]));
}

function authorsInWords([first, second]: readonly string[], count: number): string {
  if (first === undefined) return count > 1 ? `${count} authors` : '';
  if (count > 2 || (count === 2 && second === undefined)) {
    return `${line(first)} and ${count - 1} ${count === 2 ? 'other' : 'others'}`;
  }
  return [first, ...(second === undefined ? [] : [second])].map(line).join(' and ');
}

function organizationsInWords(names: readonly string[]): string {
  const more = names.length > 2 ? [`${names.length - 2} more`] : [];
  return [...names.slice(0, 2).map(line), ...more].join(', ');
}

function verdictsInWords(verdicts: readonly RecordedVerdict[]): string {
  const count = (outcome: Outcome) => verdicts.filter((one) => one.outcome === outcome).length;
  const parts = outcomes
    .filter((outcome) => count(outcome) > 0)
    .map((one) => `${count(one)} ${wording[one]}`);
  if (parts.length === 0) return '';
  return `${verdicts.length} ${verdicts.length === 1 ? 'claim' : 'claims'}: ${parts.join(', ')}`;
}

const wording: Readonly<Record<Outcome, string>> = {
  holds: 'holds',
  partly: 'holds partly',
  fails: 'fails',
  'not measured': 'not measured',
  untestable: 'cannot be tested here',
};

/** A text of one line, without what cannot be shown. */
function line(text: string): string {
  return plainMath(text)
    .replace(/[\p{Cc}\s\u2028\u2029]+/gu, ' ')
    .replace(/[\u202a-\u202e\u2066-\u2069]|\p{Cs}/gu, '')
    .trim();
}

/** At most so many characters, ended at a word. */
export function cut(text: string, length: number): string {
  if (text.length <= length) return text;
  const whole = text.slice(0, length).replace(/\s\S*$/, '');
  return `${whole.replace(/\p{Cs}$/u, '')} …`;
}
