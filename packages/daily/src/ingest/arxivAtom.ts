/** arXiv's two kinds of Atom: the announcements of a day, and answers about single papers. */
import { DataError } from '@working-papers/grad';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { readArxivId } from './arxivId.ts';
import {
  element,
  firstDoi,
  isWithdrawal,
  known,
  optionalElement,
  splitAuthors,
} from './arxivRecords.ts';
import { ingestBatch, readProgress, type BatchOptions } from './ingestBatch.ts';
import { collectRecords, inWords, type RecordCollector } from './ingestedPaper.ts';
import type { PoliteFetcher } from './politeFetcher.ts';
import type { StoreReport } from './storePapers.ts';
import { parseXml } from './xml.ts';

/** Addresses of arXiv's interfaces. */
export const arxivAddresses = {
  feed: 'https://rss.arxiv.org/atom',
  api: 'https://export.arxiv.org/api/query',
  oai: 'https://oaipmh.arxiv.org/oai',
} as const;

const feed = z.object({
  feed: z.object({ updated: element.optional(), entry: z.array(z.unknown()).default([]) }),
});
const entry = z.object({
  id: element,
  title: element,
  summary: optionalElement,
  published: optionalElement,
  updated: optionalElement,
  author: z.array(z.object({ name: element })).optional(),
  creator: z.array(element).optional(),
  category: z.array(z.object({ '@term': z.string() })).default([]),
  primary_category: z.object({ '@term': z.string() }).optional(),
  announce_type: optionalElement,
  comment: optionalElement,
  journal_ref: optionalElement,
  journal_reference: optionalElement,
  doi: optionalElement,
  DOI: optionalElement,
  rights: optionalElement,
});
type Entry = z.infer<typeof entry>;

/** How a source is read and stored. */
export interface SourceOptions extends Omit<BatchOptions, 'source'> {
  readonly fetcher: PoliteFetcher;
  readonly signal?: AbortSignal;
  /** Default arXiv's own. */
  readonly address?: string;
}

/**
 * Stores what arXiv announces today in these categories: new papers and cross-lists; of replacements
 * only those of papers that are here. Asks once, and only for what has changed since the last time.
 *
 * @throws {SourceError | DataError} If the answer cannot be had or read; nothing is stored then.
 */
export async function ingestArxivFeed(
  database: Database,
  categories: readonly string[],
  { fetcher, signal, address = arxivAddresses.feed, ...options }: SourceOptions,
): Promise<StoreReport> {
  const url = `${address}/${categories.map(encodeURIComponent).join('+')}`;
  const id = `arxiv-feed:${categories.join('+')}`;
  const conditions = await readProgress(database, id);
  const answer = await fetcher.get(url, {
    conditions,
    ...(signal === undefined ? {} : { signal }),
  });
  const { etag, lastModified } = answer;
  const { records, updated } = answer.isUnchanged
    ? { records: collectRecords(), updated: conditions.cursor }
    : readFeed(answer.text);
  const progress = { cursor: updated, etag, lastModified };
  return ingestBatch(database, { ...records, feed: id, progress }, { ...options, source: 'arxiv' });
}

function readFeed(text: string): { records: RecordCollector; updated: string | null } {
  const { updated = null, entries } = readEntries(text, 'arXiv feed');
  const records = collectRecords();
  for (const [index, candidate] of entries.entries()) {
    addEntry(records, index, candidate, (given) => {
      const kind = given.announce_type ?? '';
      if (!['new', 'cross', 'replace', 'replace-cross'].includes(kind)) {
        return `announcement of the unknown kind "${kind.slice(0, 40)}"`;
      }
      return known({
        ...commonFields(given),
        abstract: given.summary?.replace(/^arXiv:\S+\s+Announce Type:\s*\S+\s+Abstract:\s*/, ''),
        authors: given.creator?.flatMap(splitAuthors),
        // This is the day of the announcement; the feed does not say when the paper was submitted.
        day: given.published?.slice(0, 10),
        isUpdateOnly: kind.startsWith('replace') ? true : undefined,
        license: given.rights,
      });
    });
  }
  return { records, updated };
}

/** How many papers one request asks for; their addresses have to fit into it. */
const idsPerRequest = 100;

/**
 * What arXiv says of single papers.
 *
 * @param ids - With or without version.
 * @returns Also a problem for each id that arXiv does not know.
 * @throws {SourceError | DataError} If the answer cannot be had or read.
 */
export async function fetchArxivPapers(
  ids: readonly string[],
  {
    fetcher,
    signal,
    address = arxivAddresses.api,
  }: Pick<SourceOptions, 'fetcher' | 'signal' | 'address'>,
): Promise<RecordCollector> {
  const records = collectRecords();
  for (let start = 0; start < ids.length; start += idsPerRequest) {
    const asked = ids.slice(start, start + idsPerRequest);
    const query = new URLSearchParams({
      id_list: asked.join(','),
      max_results: String(asked.length),
    });
    const { text } = await fetcher.get(
      `${address}?${query}`,
      signal === undefined ? {} : { signal },
    );
    for (const [index, candidate] of readEntries(text, 'arXiv API').entries.entries()) {
      addEntry(records, index, candidate, (given) =>
        known({
          ...commonFields(given),
          abstract: given.summary,
          authors: given.author?.map(({ name }) => name),
          publishedAt: given.published,
          updatedAt: given.updated,
        }),
      );
    }
  }
  const found = new Set(records.papers.map(({ arxivId }) => arxivId));
  for (const id of ids) {
    if (!found.has(readArxivId(id)?.id)) records.reject(id, 'arXiv does not know it');
  }
  return records;
}

function readEntries(
  text: string,
  what: string,
): { updated?: string | undefined; entries: unknown[] } {
  const parsed = feed.safeParse(parseXml(text, what));
  if (parsed.success) return { updated: parsed.data.feed.updated, entries: parsed.data.feed.entry };
  throw new DataError(`${what}: the answer is not a feed: ${inWords(parsed.error)}`);
}

/** @param describe - The fields of the record, or why there are none. */
function addEntry(
  records: RecordCollector,
  index: number,
  candidate: unknown,
  describe: (given: Entry) => object | string,
): void {
  const parsed = entry.safeParse(candidate);
  if (!parsed.success) {
    records.reject(`entry ${index + 1}`, inWords(parsed.error));
    return;
  }
  const id = parsed.data.id.slice(0, 100);
  const fields = describe(parsed.data);
  if (typeof fields === 'string') records.reject(id, fields);
  else if (readArxivId(id)?.version === undefined) records.reject(id, 'no arXiv id with version');
  else records.add(id, fields);
}

function commonFields(given: Entry) {
  const id = readArxivId(given.id);
  const terms = given.category.map((category) => category['@term']);
  const primary = given.primary_category?.['@term'] ?? terms[0];
  // Beside its own categories arXiv lists those of other schemes, for example `68T07` of the MSC.
  const categories = terms.filter(
    (term) => /^[a-z-]+(\.[A-Za-z-]+)?$/.test(term) && term !== primary,
  );
  return {
    arxivId: id?.id,
    version: id?.version,
    title: given.title,
    categories: primary === undefined ? undefined : [primary, ...categories],
    comment: given.comment,
    journalRef: given.journal_ref ?? given.journal_reference,
    doi: firstDoi(given.doi ?? given.DOI),
    isWithdrawn: isWithdrawal(given.comment, given.summary?.replace(/^.*?Abstract:\s*/s, '')),
  };
}
