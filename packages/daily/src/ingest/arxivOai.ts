/** OAI-PMH of arXiv: everything that changed since a day, in pages. */
import { DataError } from '@working-papers/grad';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { dayOf } from '../days.ts';
import { arxivAddresses, type SourceOptions } from './arxivAtom.ts';
import { readArxivId } from './arxivId.ts';
import {
  element,
  firstDoi,
  isWithdrawal,
  known,
  optionalElement,
  splitAuthors,
} from './arxivRecords.ts';
import { addReports, ingestBatch, readProgress } from './ingestBatch.ts';
import { collectRecords, inWords, type RecordCollector } from './ingestedPaper.ts';
import { SourceError } from './request.ts';
import type { StoreReport } from './storePapers.ts';
import { parseXml } from './xml.ts';

const raw = z.object({
  id: element,
  title: element,
  authors: optionalElement,
  categories: optionalElement,
  abstract: optionalElement,
  comments: optionalElement,
  'journal-ref': optionalElement,
  doi: optionalElement,
  license: optionalElement,
  version: z.array(z.object({ '@version': z.string().regex(/^v[1-9]\d*$/), date: element })).min(1),
});
const oaiRecord = z.object({
  header: z.object({ identifier: element, '@status': z.string().optional() }),
  metadata: z.object({ arXivRaw: raw }).optional(),
});
const answerForm = z.object({
  'OAI-PMH': z.object({
    error: z.array(z.object({ '@code': z.string(), '#text': z.string().optional() })).optional(),
    ListRecords: z
      .object({
        record: z.array(z.unknown()).default([]),
        resumptionToken: optionalElement,
      })
      .optional(),
  }),
});
const cursorForm = z.object({ from: z.iso.date(), token: z.string().nullable() });

/** What is reconciled. */
export interface OaiRequest {
  readonly category: string;
  /** YYYY-MM-DD; default where the last run ended, at first three days ago. */
  readonly from?: string;
}

/**
 * Stores what changed in a category: replacements, comments, withdrawals, and papers whose first
 * version is not older than a week before `from`. After every page the progress is kept, so a run that
 * was cut off goes on where it was.
 *
 * @throws {SourceError | DataError} If an answer cannot be had or read; the pages before it stay.
 */
export async function ingestArxivChanges(
  database: Database,
  { category, from }: OaiRequest,
  { fetcher, signal, address = arxivAddresses.oai, ...options }: SourceOptions,
): Promise<StoreReport> {
  const feed = `arxiv-oai:${category}`;
  const { now, isDryRun } = options;
  const kept = readCursor((await readProgress(database, feed)).cursor);
  const threeDaysAgo = dayOf(new Date(now.getTime() - 3 * 86_400_000));
  let cursor =
    from === undefined ? (kept ?? { from: threeDaysAgo, token: null }) : { from, token: null };
  const reports: StoreReport[] = [];
  do {
    const url = `${address}?${queryOf(category, cursor)}`;
    const { text } = await fetcher.get(url, signal === undefined ? {} : { signal });
    const page = readPage(text, cursor.from);
    if (page.isTokenSpent) {
      if (cursor.token === null)
        throw new SourceError(`${feed}: no token was sent, and it is spent`);
      cursor = { from: cursor.from, token: null };
      continue;
    }
    const isLast = page.token === null;
    // Records of today may still change today, so the next run begins with today again.
    const next = isLast
      ? { from: dayOf(now), token: null }
      : { from: cursor.from, token: page.token };
    const batch = { ...page.records, feed, progress: { cursor: JSON.stringify(next) } };
    reports.push(await ingestBatch(database, batch, { ...options, source: 'arxiv' }));
    cursor = next;
    if (isLast || isDryRun === true) return addReports(reports);
  } while (!(signal?.aborted ?? false));
  throw signal?.reason;
}

type Cursor = z.infer<typeof cursorForm>;

function readCursor(text: string | null): Cursor | null {
  return text === null ? null : cursorForm.parse(JSON.parse(text));
}

function queryOf(category: string, { from, token }: Cursor): URLSearchParams {
  if (token !== null) return new URLSearchParams({ verb: 'ListRecords', resumptionToken: token });
  return new URLSearchParams({
    verb: 'ListRecords',
    metadataPrefix: 'arXivRaw',
    set: setOf(category),
    from,
  });
}

/** Archives that arXiv groups under physics. */
const physics =
  /^(astro-ph|cond-mat|gr-qc|hep-(ex|lat|ph|th)|math-ph|nlin|nucl-(ex|th)|physics|quant-ph)$/;

/** `cs.LG` is `cs:cs:LG`, `quant-ph` is `physics:quant-ph`. */
function setOf(category: string): string {
  const [archive = '', subject] = category.split('.');
  const group = physics.test(archive) ? 'physics' : archive;
  return subject === undefined ? `${group}:${archive}` : `${group}:${archive}:${subject}`;
}

interface Page {
  readonly records: RecordCollector;
  readonly token: string | null;
  readonly isTokenSpent: boolean;
}

function readPage(text: string, from: string): Page {
  const parsed = answerForm.safeParse(parseXml(text, 'arXiv OAI'));
  if (!parsed.success) {
    throw new DataError(`arXiv OAI: the answer is not OAI-PMH: ${inWords(parsed.error)}`);
  }
  const { error = [], ListRecords: list } = parsed.data['OAI-PMH'];
  const records = collectRecords();
  const codes = error.map((one) => one['@code']);
  if (codes.includes('badResumptionToken')) return { records, token: null, isTokenSpent: true };
  const other = codes.find((code) => code !== 'noRecordsMatch');
  if (other !== undefined) throw new SourceError(`arXiv OAI: answered ${other.slice(0, 60)}`);
  if (list === undefined && codes.length === 0) {
    throw new DataError('arXiv OAI: the answer holds neither records nor an error');
  }
  for (const [index, candidate] of (list?.record ?? []).entries()) {
    addRecord(records, `record ${index + 1}`, { candidate, from });
  }
  return { records, token: list?.resumptionToken ?? null, isTokenSpent: false };
}

function addRecord(
  records: RecordCollector,
  place: string,
  { candidate, from }: { readonly candidate: unknown; readonly from: string },
): void {
  const parsed = oaiRecord.safeParse(candidate);
  if (!parsed.success) return records.reject(place, inWords(parsed.error));
  const { header, metadata } = parsed.data;
  const at = header.identifier.slice(0, 100);
  if (header['@status'] === 'deleted') return records.reject(at, 'arXiv has deleted the record');
  if (metadata === undefined) return records.reject(at, 'the record holds no metadata');
  records.add(at, fieldsOf(metadata.arXivRaw, from));
}

function fieldsOf(paper: z.infer<typeof raw>, from: string) {
  const latest = paper.version.at(-1);
  const publishedAt = momentOf(paper.version[0]?.date);
  const oldest = Date.parse(from) - 7 * 86_400_000;
  return known({
    arxivId: readArxivId(paper.id)?.id ?? paper.id,
    version: Number(latest?.['@version'].slice(1)),
    title: paper.title,
    abstract: paper.abstract,
    authors: paper.authors === undefined ? undefined : splitAuthors(paper.authors),
    categories: paper.categories?.split(/\s+/),
    comment: paper.comments,
    journalRef: paper['journal-ref'],
    doi: firstDoi(paper.doi),
    license: paper.license,
    publishedAt,
    updatedAt: momentOf(latest?.date),
    isWithdrawn: isWithdrawal(paper.comments, paper.abstract),
    isUpdateOnly: publishedAt !== undefined && publishedAt.getTime() < oldest ? true : undefined,
  });
}

/** `Mon, 2 Jun 2025 17:58:01 GMT`. */
function momentOf(text: string | undefined): Date | undefined {
  const at = Date.parse(text ?? '');
  return Number.isNaN(at) ? undefined : new Date(at);
}
