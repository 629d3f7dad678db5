import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import {
  openDataStore,
  readConfiguration,
  type Configuration,
  type Database,
} from '@working-papers/daily';
import { dayOf, isDay } from '@working-papers/daily/days';
import {
  addReports,
  fetchArxivPapers,
  findArxivIds,
  ingestArxivChanges,
  ingestArxivFeed,
  ingestHuggingFace,
  ingestRecords,
  openFetcher,
  parseBibtex,
  parseJsonLines,
  parseListing,
  readCategories,
  titleKey,
  type BatchOptions,
  type ReadRecords,
  type SourceOptions,
  type StoreReport,
} from '@working-papers/daily/ingest';
import { listPapers } from '@working-papers/papers/catalogue';
import { exitCode } from './exitCode.ts';
import { listenForInterruption } from './interruption.ts';
import { root } from './paperByName.ts';
import type { CommandContext, Terminal } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** The forms of files that are understood. */
export type FileForm = 'listing' | 'bibtex' | 'jsonl';

/** What the commands were told. */
export interface IngestFlags {
  readonly isDryRun: boolean;
  readonly json: boolean;
  /** Folder of the database. */
  readonly data?: string;
  /** YYYY-MM-DD. */
  readonly day?: string;
}

/**
 * `wp ingest listing|bibtex|jsonl`: stores the papers of a file.
 *
 * @param path - Of the file; `-` is standard input.
 * @returns The exit code.
 * @throws {UsageError} If the file cannot be read, holds no paper, or the day is none.
 * @throws {ConfigError} If the data folder is in use, or a setting is wrong.
 */
export async function ingestFileCommand(
  form: FileForm,
  path: string,
  flags: IngestFlags,
  context: CommandContext,
): Promise<number> {
  const command = `wp ingest ${form}`;
  const day = checkDay(flags.day, command);
  const now = new Date();
  const text = await readText(path, command);
  const parsers: Record<FileForm, () => ReadRecords> = {
    listing: () => parseListing(text, { now, ...(day === undefined ? {} : { day }) }),
    bibtex: () => parseBibtex(text),
    jsonl: () => parseJsonLines(text),
  };
  const read = parsers[form]();
  if (read.papers.length === 0 && read.problems.length === 0) {
    throw new UsageError(
      `${command}: ${path} holds no papers; "${command} --help" says what it may be`,
    );
  }
  await withDatabase(flags, async (database) => {
    const options = { source: form, now, isDryRun: flags.isDryRun };
    const report = await ingestRecords(database, read, {
      ...options,
      knownTitles: await catalogueTitles(context),
    });
    tell(report, flags, context.terminal);
  });
  return read.papers.length === 0 ? exitCode.usage : exitCode.ok;
}

/**
 * `wp ingest ids`: asks arXiv for the papers whose ids stand in a text, and stores them.
 *
 * @returns The exit code.
 * @throws {UsageError} If the file cannot be read or names no paper.
 * @throws {SourceError} If arXiv does not answer.
 */
export async function ingestIdsCommand(
  path: string,
  flags: IngestFlags,
  context: CommandContext,
): Promise<number> {
  const ids = findArxivIds(await readText(path, 'wp ingest ids'));
  if (ids.length === 0) throw new UsageError(`wp ingest ids: ${path} holds no arXiv id`);
  return fromSource(flags, context, async (database, options) => {
    const read = await fetchArxivPapers(ids, options);
    return ingestRecords(database, read, { ...options, source: 'arxiv' });
  });
}

/** What `wp ingest arxiv` was told. */
export interface SourceFlags extends IngestFlags {
  readonly categories: readonly string[];
  /** YYYY-MM-DD. */
  readonly from?: string;
}

/**
 * `wp ingest arxiv`: today's announcements, or the changes since a day.
 *
 * @returns The exit code.
 * @throws {UsageError} If there is no category, or the day is none.
 * @throws {SourceError} If arXiv does not answer; what was stored before stays.
 */
export async function ingestArxivCommand(
  flags: SourceFlags,
  context: CommandContext,
): Promise<number> {
  const from = checkDay(flags.from, 'wp ingest arxiv', '--from');
  return fromSource(flags, context, async (database, options, configuration) => {
    const categories = categoriesOf(flags, configuration);
    if (from === undefined) return ingestArxivFeed(database, categories, options);
    const reports: StoreReport[] = [];
    for (const category of categories) {
      reports.push(await ingestArxivChanges(database, { category, from }, options));
    }
    return addReports(reports);
  });
}

function categoriesOf({ categories }: SourceFlags, configuration: Configuration): string[] {
  const given = categories.length > 0 ? categories.join(' ') : configuration.WP_ARXIV_CATEGORIES;
  const wanted = readCategories(given);
  const wrong = wanted.find((category) => !/^[a-z-]+(\.[A-Za-z-]+)?$/.test(category));
  if (wrong !== undefined) {
    throw new UsageError(`wp ingest arxiv: "${wrong}" is not a category, for example cs.LG`);
  }
  if (wanted.length > 0) return wanted;
  throw new UsageError(
    'wp ingest arxiv: name categories, for example cs.LG, or set WP_ARXIV_CATEGORIES',
  );
}

/**
 * `wp ingest huggingface`: the papers that were featured there on a day.
 *
 * @returns The exit code.
 * @throws {UsageError} If the day is none.
 * @throws {SourceError} If the source does not answer.
 */
export async function ingestHuggingFaceCommand(
  flags: IngestFlags,
  context: CommandContext,
): Promise<number> {
  const day = checkDay(flags.day, 'wp ingest huggingface') ?? dayOf(new Date());
  return fromSource(flags, context, (database, options) =>
    ingestHuggingFace(database, day, options),
  );
}

type Read = (
  database: Database,
  options: SourceOptions,
  configuration: Configuration,
) => Promise<StoreReport>;

/** Opens what is needed to fetch, fetches until it is done or interrupted, and tells what happened. */
async function fromSource(
  flags: IngestFlags,
  context: CommandContext,
  read: Read,
): Promise<number> {
  const interruption = listenForInterruption(context.terminal.stderr);
  const { signal } = interruption;
  try {
    await withDatabase(flags, async (database, configuration) => {
      const options: SourceOptions = {
        fetcher: openFetcher({ contact: configuration.WP_CONTACT }),
        signal,
        now: new Date(),
        isDryRun: flags.isDryRun,
        knownTitles: await catalogueTitles(context),
      };
      tell(await read(database, options, configuration), flags, context.terminal);
    });
    return exitCode.ok;
  } catch (error) {
    if (signal.aborted) return interruption.code();
    throw error;
  } finally {
    interruption.release();
  }
}

function checkDay(day: string | undefined, command: string, option = '--day'): string | undefined {
  if (day === undefined || isDay(day)) return day;
  throw new UsageError(`${command}: ${option} "${day}" is not a day as YYYY-MM-DD`);
}

async function readText(path: string, command: string): Promise<string> {
  try {
    const bytes = await (path === '-' ? buffer(process.stdin) : readFile(path));
    // Characters that are no UTF-8 are marked, so that only their records are refused.
    return new TextDecoder().decode(bytes);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? String(error.code) : String(error);
    throw new UsageError(`${command}: ${path} cannot be read (${code})`);
  }
}

type Work = (database: Database, configuration: Configuration) => Promise<void>;

async function withDatabase({ data }: IngestFlags, work: Work): Promise<void> {
  const folder = data ?? (process.env['WP_DATA'] || join(root, '.working-papers'));
  const configuration = readConfiguration({ ...process.env, WP_DATA: folder });
  const store = await openDataStore(configuration);
  try {
    await work(store.database, configuration);
  } finally {
    await store.close();
  }
}

/** The repository's own papers are in the database only once the site was started. */
async function catalogueTitles({
  papers,
}: CommandContext): Promise<NonNullable<BatchOptions['knownTitles']>> {
  const entries = await listPapers(papers);
  return new Map(entries.map(({ paper }) => [titleKey(paper.title) ?? '', paper.arxivId]));
}

function tell(report: StoreReport, flags: IngestFlags, { stdout, stderr }: Terminal): void {
  const { added, updated, unchanged, ignored, problems } = report;
  if (flags.json) {
    stdout.write(`${JSON.stringify({ isDryRun: flags.isDryRun, ...report })}\n`);
    return;
  }
  for (const { record, problem } of problems) stderr.write(`${record}: ${problem}\n`);
  const news = [
    `${added.length} new`,
    `${updated.length} changed`,
    `${unchanged} as before`,
    ...(ignored === 0 ? [] : [`${ignored} not here`]),
    ...(problems.length === 0
      ? []
      : [`${problems.length} ${problems.length === 1 ? 'problem' : 'problems'}`]),
  ];
  stdout.write(`${news.join(', ')}${flags.isDryRun ? '; nothing was stored' : ''}\n`);
}
