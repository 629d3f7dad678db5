/** The calls of Hugging Face's daily papers: parameters and answers. */
import { z } from 'zod';
import type { Connection } from '../database/database.ts';
import { readDay, readMonth, readWeek } from '../reading/periods.ts';
import { resolvePaper } from '../reading/paperPage.ts';
import { Refusal } from '../refusal.ts';
import type { Search } from '../search/openSearch.ts';
import { asHubItem, asHubPaperPage, type HubItem } from './hubPaper.ts';
import { listByArxivDate, listPapers } from './listPapers.ts';
import {
  oneOf,
  ParameterRefusal,
  readBy,
  readParameters,
  shortText,
  wholeNumber,
} from './parameters.ts';
import { readPaperRecords } from './paperRecord.ts';
import { searchIds } from './searchIds.ts';

/** A call: the parameters of its address, and the origin of this site. */
export interface HubCall {
  readonly parameters: URLSearchParams;
  readonly origin: string;
}

const dailyParameters = z.object({
  p: wholeNumber(0, 100_000).default(0),
  limit: wholeNumber(1, 100).default(50),
  date: readBy(readDay, 'a day that exists, such as 2025-05-23').optional(),
  week: readBy(readWeek, 'an ISO week that exists, such as 2025-W21').optional(),
  month: readBy(readMonth, 'a month, such as 2025-05').optional(),
  submitter: shortText(100).optional(),
  sort: oneOf(['publishedAt', 'trending']).default('publishedAt'),
});

/**
 * `GET /api/daily_papers`: papers by the day that features them; beyond the last page none.
 *
 * @throws {ParameterRefusal} If a parameter is wrong, for example a day that does not exist.
 */
export async function hubDailyPapers(connection: Connection, call: HubCall): Promise<HubItem[]> {
  const asked = readParameters(dailyParameters, call.parameters, 'ignored');
  const { p, limit, date, week, month, submitter, sort } = asked;
  const period = date ?? week ?? month;
  const ids = await listPapers(connection, {
    first: period?.first,
    last: period?.last,
    submitter,
    limit,
    offset: p * limit,
    sort: sort === 'trending' ? 'trending' : 'newest',
  });
  return itemsOf(connection, ids, call.origin);
}

const pageParameters = z.object({
  cursor: readBy(readCursor, 'the cursor that a Link header gave').optional(),
  limit: wholeNumber(1, 100).default(50),
});

/** `GET /api/papers`: papers by arXiv date, newest first, and the cursor of what follows. */
export async function hubPapers(
  connection: Connection,
  call: HubCall,
): Promise<{ readonly items: HubItem[]; readonly nextCursor: string | null }> {
  const { cursor, limit } = readParameters(pageParameters, call.parameters, 'ignored');
  const { ids, next } = await listByArxivDate(connection, { after: cursor, limit });
  return {
    items: await itemsOf(connection, ids, call.origin),
    nextCursor: next === null ? null : writeCursor(next),
  };
}

const searchParameters = z.object({
  q: shortText(250),
  limit: wholeNumber(1, 120).default(50),
});

/** `GET /api/papers/search`: what search finds, best first. */
export async function hubSearch(
  { database, search }: { readonly database: Connection; readonly search: Pick<Search, 'find'> },
  call: HubCall,
): Promise<HubItem[]> {
  if (!call.parameters.has('q')) throw new ParameterRefusal('q', null, 'at most 250 characters');
  const { q, limit } = readParameters(searchParameters, call.parameters, 'ignored');
  return itemsOf(database, await searchIds(search, q, limit), call.origin);
}

/**
 * `GET /api/papers/{id}`.
 *
 * @throws {Refusal} `missing`, if there is no such paper here.
 */
export async function hubPaperById(connection: Connection, id: string, origin: string) {
  const paperId = await requirePaper(connection, id);
  const [record] = await readPaperRecords(connection, [paperId]);
  if (record === undefined) throw new Error(`internal: paper ${paperId} is gone`);
  return asHubPaperPage(record, origin);
}

/** `GET /api/arxiv/{id}/repos`: what is linked there; no models, data sets or demos are stored here. */
export async function hubRepositories(connection: Connection, id: string) {
  await requirePaper(connection, id);
  return { models: [], datasets: [], spaces: [] };
}

/**
 * The id of a paper that is here.
 *
 * @param text - Its arXiv id with or without version, another of ours, or its name in the catalogue.
 * @throws {Refusal} `missing`.
 */
export async function requirePaper(connection: Connection, text: string): Promise<string> {
  const found = await resolvePaper(connection, text);
  if (found.kind !== 'unknown') return found.id;
  const [record] = text.includes('\0') ? [] : await readPaperRecords(connection, [text]);
  if (record !== undefined) return record.id;
  throw new Refusal('missing', `There is no paper ${JSON.stringify(text.slice(0, 60))} here.`);
}

async function itemsOf(connection: Connection, ids: readonly string[], origin: string) {
  const records = await readPaperRecords(connection, ids);
  return records.map((record) => asHubItem(record, origin));
}

function writeCursor({ publishedAt, id }: { publishedAt: Date; id: string }): string {
  return Buffer.from(`${publishedAt.toISOString()} ${id}`).toString('base64url');
}

function readCursor(text: string) {
  const [date, id, ...rest] = Buffer.from(text, 'base64url').toString().split(' ');
  const publishedAt = new Date(date ?? '');
  const isWhole = id !== undefined && rest.length === 0 && !id.includes('\0');
  return isWhole && !Number.isNaN(publishedAt.getTime()) ? { publishedAt, id } : undefined;
}
