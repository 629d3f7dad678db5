import process from 'node:process';
import {
  failureText,
  importCatalogue,
  maintain,
  openDataStore,
  openMailer,
  readConfiguration,
  type Configuration,
  type Database,
  type Mailer,
} from '@working-papers/daily';
import { openAccounts, type Accounts } from '@working-papers/daily/accounts';
import { openSearch, type Search } from '@working-papers/daily/search';
import { keepSnapshot } from '@working-papers/daily/operation';
import { openOperation, type Operation } from './operation.ts';
import { repositoryCatalogue } from './repository.ts';

/** What the routes work with. */
export interface Site {
  readonly configuration: Configuration;
  readonly database: Database;
  /** Absolute path of the folder for what is not in the database. */
  readonly dataFolder: string;
  readonly accounts: Accounts;
  readonly mailer: Mailer;
  readonly search: Search;
  readonly operation: Operation;
  /** Ends jobs, search and database, keeps a snapshot of an embedded one, and gives the folder back. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the data, creating what is missing, and brings the catalogue in it up to date.
 *
 * @param environment - See `settings` of `@working-papers/daily`.
 * @throws {ConfigError} If a setting is wrong, or the data folder or database cannot be used.
 */
export async function openSite(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Site> {
  const configuration = readConfiguration(environment);
  const { database, folder, isEmbedded, close } = await openDataStore(configuration);
  try {
    const isNew = await importCatalogue(database, repositoryCatalogue());
    if (isNew && isEmbedded) await maintain(database);
    const mailer = openMailer(configuration, folder);
    const accounts = openAccounts({
      database,
      configuration,
      dataFolder: folder,
      mailer,
      onFailure: (error) => process.stderr.write(`accounts: ${failureText(error)}\n`),
    });
    const search = openSearch({ database, folder, configuration });
    const parts = { configuration, database, dataFolder: folder, mailer, search };
    const operation = await openOperation(parts);
    return {
      ...parts,
      accounts,
      operation,
      close: async () => {
        await operation.close();
        await search.close();
        if (isEmbedded) await keepLastSnapshot(parts, operation);
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}

/** What is committed is safe without it, so that a failure is told and no more. */
async function keepLastSnapshot(
  { database, dataFolder }: Pick<Site, 'database' | 'dataFolder'>,
  { log }: Operation,
): Promise<void> {
  try {
    await keepSnapshot(database, dataFolder);
  } catch (error) {
    log.error('snapshot', { failure: failureText(error) });
  }
}
