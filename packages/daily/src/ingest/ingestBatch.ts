import type { Connection, Database } from '../database/database.ts';
import { kyselyOn } from '../database/kysely.ts';
import { failureText } from '../operation/redact.ts';
import type { IngestedPaper, ReadRecords, RecordProblem } from './ingestedPaper.ts';
import { storePapers, type StoreOptions, type StoreReport } from './storePapers.ts';

/** How far a source was read. */
export interface SourceProgress {
  /** What the source's client needs to go on; its form is the client's business. */
  readonly cursor: string | null;
  /** Of the last answer, for a conditional request. */
  readonly etag: string | null;
  readonly lastModified: string | null;
}

/** What is stored together. */
export interface Batch extends ReadRecords {
  /** The row of `sources`, for example `arxiv-feed`; files have none. */
  readonly feed?: string;
  /** What that row says afterwards; what is left out stays. */
  readonly progress?: Partial<SourceProgress>;
}

/** How a batch is stored. */
export interface BatchOptions extends StoreOptions {
  /** Finds out what would happen, and changes nothing. */
  readonly isDryRun?: boolean;
}

/**
 * Stores a batch, the progress of its source and the log of problems in one transaction: after a crash
 * either all of it is there, or the source is read again from where it was.
 *
 * @returns What became of the records, those problems included that were found when they were read.
 * @throws {DatabaseError} If a statement fails; nothing is stored then.
 */
export async function ingestBatch(
  database: Database,
  batch: Batch,
  options: BatchOptions,
): Promise<StoreReport> {
  const { feed, progress, papers } = batch;
  let report: StoreReport | undefined;
  const store = async (connection: Connection): Promise<void> => {
    const stored = await storePapers(connection, papers, options);
    report = { ...stored, problems: [...batch.problems, ...stored.problems] };
    if (options.isDryRun === true) throw new DryRun();
    await logProblems(connection, report.problems, options);
    if (feed !== undefined) await writeProgress(connection, feed, { ...progress, at: options.now });
  };
  await database.transaction(store).catch((error: unknown) => {
    if (!(error instanceof DryRun)) throw error;
  });
  if (report === undefined) throw new Error('internal: a transaction ended without its body');
  return report;
}

/** Ends a transaction whose result is known and not wanted. */
class DryRun extends Error {}

/**
 * Stores the records of a file, in transactions of 500; a dry run is one transaction.
 *
 * @throws {DatabaseError} If a statement fails; the batches before stay.
 */
export async function ingestRecords(
  database: Database,
  { papers, problems }: ReadRecords,
  options: BatchOptions,
): Promise<StoreReport> {
  const size = options.isDryRun === true ? Math.max(1, papers.length) : 500;
  const batches: (readonly IngestedPaper[])[] = [];
  for (let start = 0; start < papers.length; start += size) {
    batches.push(papers.slice(start, start + size));
  }
  if (batches.length === 0) batches.push([]);
  const reports: StoreReport[] = [];
  for (const [index, batch] of batches.entries()) {
    const own = index === 0 ? problems : [];
    reports.push(await ingestBatch(database, { papers: batch, problems: own }, options));
  }
  return addReports(reports);
}

/** Several reports as one. */
export function addReports(reports: readonly StoreReport[]): StoreReport {
  return {
    added: reports.flatMap(({ added }) => added),
    updated: [...new Set(reports.flatMap(({ updated }) => updated))],
    unchanged: reports.reduce((sum, { unchanged }) => sum + unchanged, 0),
    ignored: reports.reduce((sum, { ignored }) => sum + ignored, 0),
    problems: reports.flatMap(({ problems }) => problems),
  };
}

/** How far a source was read; nulls if never. */
export async function readProgress(connection: Connection, feed: string): Promise<SourceProgress> {
  const row = await kyselyOn(connection)
    .selectFrom('sources')
    .select(['cursor', 'etag', 'last_modified as lastModified'])
    .where('id', '=', feed)
    .executeTakeFirst();
  return row ?? { cursor: null, etag: null, lastModified: null };
}

/** Notes that a source could not be read; how far it was read before stays. */
export async function noteSourceFailure(
  connection: Connection,
  feed: string,
  { error, now }: { readonly error: unknown; readonly now: Date },
): Promise<void> {
  const failure = { last_error: failureText(error), last_error_at: now };
  await kyselyOn(connection)
    .insertInto('sources')
    .values({ id: feed, ...failure })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(failure))
    .execute();
}

async function writeProgress(
  connection: Connection,
  feed: string,
  { at, cursor, etag, lastModified }: Partial<SourceProgress> & { readonly at: Date },
): Promise<void> {
  const row = {
    ...(cursor === undefined ? {} : { cursor }),
    ...(etag === undefined ? {} : { etag }),
    ...(lastModified === undefined ? {} : { last_modified: lastModified }),
    last_ok_at: at,
  };
  await kyselyOn(connection)
    .insertInto('sources')
    .values({ id: feed, ...row })
    .onConflict((conflict) => conflict.column('id').doUpdateSet(row))
    .execute();
}

async function logProblems(
  connection: Connection,
  problems: readonly RecordProblem[],
  { source, now }: StoreOptions,
): Promise<void> {
  if (problems.length === 0) return;
  await kyselyOn(connection)
    .insertInto('ingest_log')
    .values(
      problems.slice(0, 1000).map(({ record, problem }) => ({
        source,
        at: now,
        record: record.slice(0, 200),
        problem: problem.slice(0, 500),
      })),
    )
    .execute();
}
