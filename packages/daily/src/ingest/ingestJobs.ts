import type { Configuration } from '../configuration.ts';
import type { Database } from '../database/database.ts';
import type { Jobs } from '../jobs/jobs.ts';
import { ingestArxivFeed, type SourceOptions } from './arxivAtom.ts';
import { ingestArxivChanges } from './arxivOai.ts';
import { noteSourceFailure } from './ingestBatch.ts';
import { openFetcher, type FetcherOptions } from './politeFetcher.ts';

/** What the jobs work with. */
export interface IngestJobs {
  readonly database: Database;
  readonly configuration: Pick<Configuration, 'WP_ARXIV_CATEGORIES' | 'WP_CONTACT'>;
  /** Default as the fetcher has it. */
  readonly fetching?: Omit<FetcherOptions, 'contact'>;
  /** Default arXiv's own. */
  readonly addresses?: { readonly feed: string; readonly oai: string };
  /** The time; default the clock. */
  readonly now?: () => Date;
}

/**
 * Declares the jobs that follow arXiv, if there are categories: the announcements at 04:30 UTC from
 * Monday to Friday, and the changes of all kinds every night at 02:00. Does nothing else.
 */
export function scheduleIngest(jobs: Pick<Jobs, 'schedule'>, given: IngestJobs): void {
  const { database, configuration, fetching, addresses, now = () => new Date() } = given;
  const categories = readCategories(configuration.WP_ARXIV_CATEGORIES);
  if (categories.length === 0) return;
  const options = (signal: AbortSignal): SourceOptions => ({
    fetcher: openFetcher({ ...fetching, contact: configuration.WP_CONTACT }),
    signal,
    now: now(),
  });
  const noting = async (feed: string, work: () => Promise<unknown>): Promise<void> => {
    try {
      await work();
    } catch (error) {
      await noteSourceFailure(database, feed, { error, now: now() });
      throw error;
    }
  };
  jobs.schedule('arxiv-feed', '30 4 * * 1-5', ({ signal }) =>
    noting(`arxiv-feed:${categories.join('+')}`, () =>
      ingestArxivFeed(database, categories, {
        ...options(signal),
        ...(addresses === undefined ? {} : { address: addresses.feed }),
      }),
    ),
  );
  jobs.schedule(
    'arxiv-changes',
    '0 2 * * *',
    async ({ signal }) => {
      const shared = options(signal); // one fetcher, because arXiv wants one connection
      for (const category of categories) {
        await noting(`arxiv-oai:${category}`, () =>
          ingestArxivChanges(
            database,
            { category },
            { ...shared, ...(addresses === undefined ? {} : { address: addresses.oai }) },
          ),
        );
      }
    },
    { timeLimitSeconds: 3600 },
  );
}

/** The categories of the setting, each once. */
export function readCategories(setting: string | undefined): string[] {
  return [...new Set((setting ?? '').split(/[ ,]+/).filter((category) => category !== ''))];
}
