/** Daily Papers of Hugging Face as JSON; the fields are those of its public client. */
import { DataError } from '@working-papers/grad';
import { z } from 'zod';
import type { Database } from '../database/database.ts';
import type { SourceOptions } from './arxivAtom.ts';
import { known } from './arxivRecords.ts';
import { addReports, ingestBatch } from './ingestBatch.ts';
import { collectRecords, inWords, type RecordCollector } from './ingestedPaper.ts';
import type { StoreReport } from './storePapers.ts';

const address = 'https://huggingface.co/api/daily_papers';

const organization = z.object({ name: z.string(), fullname: z.string().optional() });
const item = z.object({
  paper: z.object({
    id: z.string(),
    title: z.string().optional(),
    summary: z.string().optional(),
    authors: z.array(z.object({ name: z.string(), hidden: z.boolean().optional() })).default([]),
    publishedAt: z.string().optional(),
    submittedOnDailyAt: z.string().optional(),
    githubRepo: z.string().optional(),
    githubStars: z.number().optional(),
    projectPage: z.string().optional(),
    mediaUrls: z.array(z.string()).optional(),
    organization: organization.optional(),
    withdrawnAt: z.string().nullish(),
  }),
  title: z.string().optional(),
  thumbnail: z.string().optional(),
  organization: organization.optional(),
});
type Item = z.infer<typeof item>;

/** Papers on a page of the answer; the most that may be asked for. */
const pageSize = 100;

/**
 * Stores the papers that Hugging Face featured on a day. Votes and comments there are not ours and are
 * not kept.
 *
 * @param day - YYYY-MM-DD.
 * @throws {SourceError | DataError} If an answer cannot be had or read; the pages before it stay.
 */
export async function ingestHuggingFace(
  database: Database,
  day: string,
  { fetcher, signal, address: given = address, ...options }: SourceOptions,
): Promise<StoreReport> {
  const reports: StoreReport[] = [];
  for (let page = 0; page < 20; page += 1) {
    const query = new URLSearchParams({ date: day, limit: String(pageSize), p: String(page) });
    const { text } = await fetcher.get(`${given}?${query}`, signal === undefined ? {} : { signal });
    const { records, count } = readItems(text, day);
    const isLast = count < pageSize;
    const batch = {
      papers: records.papers,
      problems: records.problems,
      feed: 'huggingface',
      ...(isLast ? { progress: { cursor: day } } : {}),
    };
    reports.push(await ingestBatch(database, batch, { ...options, source: 'huggingface' }));
    if (isLast) break;
  }
  return addReports(reports);
}

function readItems(text: string, day: string): { records: RecordCollector; count: number } {
  const records = collectRecords();
  const candidates = readList(text);
  for (const [index, candidate] of candidates.entries()) {
    const parsed = item.safeParse(candidate);
    if (parsed.success) records.add(parsed.data.paper.id.slice(0, 100), fieldsOf(parsed.data, day));
    else records.reject(`item ${index + 1}`, inWords(parsed.error));
  }
  return { records, count: candidates.length };
}

function readList(text: string): unknown[] {
  try {
    return z.array(z.unknown()).parse(JSON.parse(text));
  } catch {
    throw new DataError('Hugging Face: the answer is not a list in JSON');
  }
}

function fieldsOf({ paper, title, thumbnail, ...rest }: Item, day: string) {
  const organizationOf = rest.organization ?? paper.organization;
  const authors = paper.authors.filter(({ hidden }) => hidden !== true).map(({ name }) => name);
  const isWithdrawn =
    paper.withdrawnAt === undefined || paper.withdrawnAt === null ? undefined : true;
  return known({
    arxivId: paper.id,
    title: paper.title ?? title,
    abstract: paper.summary,
    authors: authors.length === 0 ? undefined : authors,
    organizations:
      organizationOf === undefined ? undefined : [organizationOf.fullname ?? organizationOf.name],
    day: paper.submittedOnDailyAt?.slice(0, 10) ?? day,
    publishedAt: paper.publishedAt,
    submittedAt: paper.submittedOnDailyAt,
    code: paper.githubRepo,
    githubStars: paper.githubStars,
    project: paper.projectPage,
    mediaUrls: paper.mediaUrls,
    thumbnail,
    isWithdrawn,
  });
}
