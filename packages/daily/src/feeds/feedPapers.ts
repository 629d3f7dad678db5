import { z } from 'zod';
import { listPapers, newestDay } from '../api/listPapers.ts';
import { oneOf, readBy, readParameters, shortText, wholeNumber } from '../api/parameters.ts';
import { featuredAt, readPaperRecords, type PaperRecord } from '../api/paperRecord.ts';
import { searchIds } from '../api/searchIds.ts';
import type { Connection } from '../database/database.ts';
import { periodOf } from '../reading/periods.ts';
import type { Search } from '../search/openSearch.ts';

/** As many entries as a feed has at most; without a period it has the newest of them. */
const feedLength = 100;

/** What an address of a feed may say. */
const feedParameters = z.object({
  period: oneOf(['day', 'week', 'month'])
    .optional()
    .describe('Only the newest day with papers, or its week or month.'),
  min_votes: wholeNumber(0, 1_000_000).optional(),
  category: readBy(
    (text) => (/^[a-z-]+(\.[A-Za-z-]+)?$/.test(text) ? text : undefined),
    'a category of arXiv, such as cs.LG',
  ).optional(),
  q: shortText(250).optional().describe('Only what search finds.'),
});

/** A feed, whatever its format. */
export interface FeedContent {
  readonly title: string;
  readonly description: string;
  /** Of the site. */
  readonly origin: string;
  /** Of the feed itself. */
  readonly address: string;
  /** The same as a page. */
  readonly page: string;
  /** Of the newest entry; of an empty feed, the beginning of time. */
  readonly updatedAt: Date;
  readonly papers: readonly PaperRecord[];
}

/** With what feeds are read. */
export interface FeedSources {
  readonly database: Connection;
  readonly search: Pick<Search, 'find'>;
  /** Name of the site. */
  readonly title: string;
  readonly origin: string;
}

/**
 * Reads what the address of a feed asks for.
 *
 * @param address - Path and parameters.
 * @throws {ParameterRefusal} If a parameter is wrong.
 */
export async function readFeed(
  { database, search, title, origin }: FeedSources,
  address: URL,
): Promise<FeedContent> {
  const asked = readParameters(feedParameters, address.searchParams);
  const { period, min_votes: minVotes, category, q } = asked;
  const newest = period === undefined ? null : await newestDay(database);
  const days = period !== undefined && newest !== null ? periodOf(period, newest) : undefined;
  const isSearched = q !== undefined && q.trim() !== '';
  const ids = isSearched
    ? await searchIds(search, q, feedLength)
    : await listPapers(database, {
        first: days?.first,
        last: days?.last,
        category,
        minVotes,
        limit: feedLength,
      });
  const read = await readPaperRecords(database, ids);
  const papers = isSearched
    ? read.filter(
        ({ day, categories, upvotes }) =>
          (days === undefined || (day >= days.first && day <= days.last)) &&
          (category === undefined || categories.includes(category)) &&
          upvotes >= (minVotes ?? 0),
      )
    : read;
  const about = [days?.words, category, isSearched ? `“${q}”` : undefined].filter(Boolean);
  return {
    title: [title, ...about].join(' · '),
    description:
      'Machine-learning papers of the day, and what came out when their claims were tested.',
    origin,
    address: `${origin}${address.pathname}${address.search}`,
    page: isSearched ? `${origin}/papers?q=${encodeURIComponent(q)}` : `${origin}/papers`,
    updatedAt: new Date(Math.max(0, ...papers.map((paper) => featuredAt(paper).getTime()))),
    papers,
  };
}

/** What an entry says: whose words they are, the text, and what was measured. */
export function entryText({ abstract, summary, outcomes }: PaperRecord): string {
  const text = abstract ?? summary;
  const told = outcomes.filter((outcome) => outcome !== 'not measured');
  const counts = [...new Set(told)].map(
    (outcome) => `${told.filter((one) => one === outcome).length} × ${outcome}`,
  );
  return [
    ...(text === null ? [] : [abstract === null ? `Our summary: ${text}` : text]),
    ...(counts.length > 0 ? [`Claims measured here: ${counts.join(', ')}.`] : []),
  ].join('\n\n');
}
