/** The calls of `/api/v1`: parameters, and answers as src/api/schemas.ts describes them. */
import { outcomes } from '@working-papers/paper-kit';
import { z } from 'zod';
import { bibtex } from '../citations/bibtex.ts';
import { readCitedPapers } from '../citations/citedPaper.ts';
import { cslJson } from '../citations/cslJson.ts';
import { ris } from '../citations/ris.ts';
import type { Connection } from '../database/database.ts';
import { readDay, readMonth, readWeek } from '../reading/periods.ts';
import { Refusal } from '../refusal.ts';
import type { Search } from '../search/openSearch.ts';
import { requirePaper } from './hubCalls.ts';
import { listPapers } from './listPapers.ts';
import {
  oneOf,
  ParameterRefusal,
  readBy,
  readNoParameters,
  readParameters,
  shortText,
  wholeNumber,
} from './parameters.ts';
import { readPaperRecords } from './paperRecord.ts';
import { readClaims, readComments } from './publicRecords.ts';
import { readRunRecords, type RunRecord } from './runRecords.ts';
import type { claimListSchema, commentListSchema, paperListSchema } from './schemas.ts';
import { claimShape, commentShape, paperShape, runShape } from './shapes.ts';

/** What an address asks of: its path and parameters, with the origin that visitors use. */
export interface Asked {
  readonly database: Connection;
  readonly search: Pick<Search, 'find' | 'similar'>;
  readonly address: URL;
  readonly origin: string;
}

/** Of `papers`. */
export const paperListParameters = z.object({
  day: readBy(readDay, 'a day that exists, such as 2025-05-23')
    .optional()
    .describe('Papers featured on this day.'),
  week: readBy(readWeek, 'an ISO week that exists, such as 2025-W21').optional(),
  month: readBy(readMonth, 'a month, such as 2025-05').optional(),
  category: shortText(30).optional().describe('As arXiv names it; cross-lists count.'),
  min_votes: wholeNumber(0, 1_000_000).optional(),
  runs_here: oneOf(['yes']).optional().describe('Only papers that run here.'),
  sort: oneOf(['newest', 'votes', 'trending']).default('newest'),
  q: shortText(250).optional().describe('What search finds, best first; alone but for limit.'),
  limit: wholeNumber(1, 200).default(50),
  offset: wholeNumber(0, 10_000_000).default(0),
});

/** `papers`: a list, or what search finds. */
export async function answerPapers(asked: Asked): Promise<z.infer<typeof paperListSchema>> {
  const { database, search, address, origin } = asked;
  const { q, limit, offset, day, week, month, ...rest } = readParameters(
    paperListParameters,
    address.searchParams,
  );
  if (q !== undefined) return searchPapers({ database, search, address, origin }, q, limit);
  const period = day ?? week ?? month;
  const ids = await listPapers(database, {
    first: period?.first,
    last: period?.last,
    limit: limit + 1,
    offset,
    category: rest.category,
    minVotes: rest.min_votes,
    sort: rest.sort,
    runsHere: rest.runs_here === 'yes',
  });
  const records = await readPaperRecords(database, ids.slice(0, limit));
  const next = new URLSearchParams(address.searchParams);
  next.set('offset', String(offset + limit));
  return {
    papers: records.map((record) => paperShape(record, origin)),
    next: ids.length > limit ? `${origin}${address.pathname}?${next}` : null,
  };
}

async function searchPapers(
  { database, search, address, origin }: Asked,
  q: string,
  limit: number,
) {
  const other = [...address.searchParams.keys()].find((name) => name !== 'q' && name !== 'limit');
  if (other !== undefined) {
    throw new ParameterRefusal(
      other,
      address.searchParams.get(other),
      'nothing beside q but limit',
    );
  }
  const { results } = await search.find({ query: q, perPage: limit });
  const ids = results.map(({ paper }) => paper.id);
  const records = await readPaperRecords(database, ids);
  return { papers: records.map((record) => paperShape(record, origin)), next: null };
}

/** `papers/{id}`. */
export async function answerPaper({ database, address, origin }: Asked, id: string) {
  readNoParameters(address.searchParams);
  const [record] = await readPaperRecords(database, [await requirePaper(database, id)]);
  if (record === undefined) throw new Error(`internal: paper ${id} is gone`);
  return paperShape(record, origin);
}

/** Of `papers/{id}/similar`. */
export const similarParameters = z.object({ limit: wholeNumber(1, 50).default(10) });

/** `papers/{id}/similar`: by meaning, the nearest first; none before search has its vectors. */
export async function answerSimilar({ database, search, address, origin }: Asked, id: string) {
  const { limit } = readParameters(similarParameters, address.searchParams);
  const ids = await search.similar([await requirePaper(database, id)], limit);
  const records = await readPaperRecords(database, ids);
  return { papers: records.map((record) => paperShape(record, origin)) };
}

/** `papers/{id}/comments`: the oldest first. */
export async function answerComments(
  { database, address }: Asked,
  id: string,
): Promise<z.infer<typeof commentListSchema>> {
  readNoParameters(address.searchParams);
  const comments = await readComments(database, [await requirePaper(database, id)]);
  return { comments: comments.map(commentShape) };
}

/** `papers/{id}/claims`. */
export async function answerPaperClaims(
  { database, address, origin }: Asked,
  id: string,
): Promise<z.infer<typeof claimListSchema>> {
  readNoParameters(address.searchParams);
  const claims = await readClaims(database, { paperIds: [await requirePaper(database, id)] });
  return { claims: claims.map((claim) => claimShape(claim, origin)) };
}

/** Of `claims`. */
export const claimParameters = z.object({
  outcome: oneOf(outcomes).optional().describe('Only claims for which this came out.'),
});

/** `claims`: of all papers. */
export async function answerClaims({ database, address, origin }: Asked) {
  const { outcome } = readParameters(claimParameters, address.searchParams);
  const claims = await readClaims(database, { outcome });
  return { claims: claims.map((claim) => claimShape(claim, origin)) };
}

/** `papers/{id}/runs`: the newest first. */
export async function answerPaperRuns({ database, address, origin }: Asked, id: string) {
  readNoParameters(address.searchParams);
  const runs = await readRunRecords(database, { paperIds: [await requirePaper(database, id)] });
  return { runs: runs.map((run) => runShape(run, origin)) };
}

/** `runs/{id}`. */
export async function answerRun({ database, address, origin }: Asked, id: string) {
  readNoParameters(address.searchParams);
  return runShape(await requireRun(database, id), origin);
}

/**
 * A recorded run.
 *
 * @throws {Refusal} `missing`.
 */
export async function requireRun(connection: Connection, id: string): Promise<RunRecord> {
  const [run] = /^[0-9a-f]{16}$/.test(id) ? await readRunRecords(connection, { id }) : [];
  if (run !== undefined) return run;
  throw new Refusal('missing', `There is no run ${JSON.stringify(id.slice(0, 60))} here.`);
}

/** Of `citations`. */
export const citationParameters = z.object({
  ids: shortText(4000).describe('Ids of papers, at most 100, with commas between.'),
  format: oneOf(['bibtex', 'ris', 'csl-json']).default('bibtex'),
});

const citationTypes = {
  bibtex: 'application/x-bibtex; charset=utf-8',
  ris: 'application/x-research-info-systems; charset=utf-8',
  'csl-json': 'application/vnd.citationstyles.csl+json; charset=utf-8',
} as const;

/**
 * `citations`: in the order of the ids.
 *
 * @throws {Refusal} `missing`, if one of the papers is not here.
 */
export async function answerCitations({
  database,
  address,
}: Asked): Promise<{ readonly type: string; readonly body: string }> {
  const form = 'ids of papers, 1 to 100, with commas between';
  if (!address.searchParams.has('ids')) throw new ParameterRefusal('ids', null, form);
  const { ids, format } = readParameters(citationParameters, address.searchParams);
  const wanted = ids.split(',').map((id) => id.trim());
  if (wanted.length > 100 || wanted.includes('')) throw new ParameterRefusal('ids', ids, form);
  const known = await Promise.all(wanted.map((id) => requirePaper(database, id)));
  const papers = await readCitedPapers(database, [...new Set(known)]);
  const written = {
    bibtex,
    ris,
    'csl-json': (cited: typeof papers) => JSON.stringify(cslJson(cited)),
  };
  return { type: citationTypes[format], body: written[format](papers) };
}
