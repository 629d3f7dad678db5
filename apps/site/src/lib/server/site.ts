import {
  importCatalogue,
  maintain,
  openDataStore,
  readConfiguration,
  type Configuration,
  type Database,
} from '@working-papers/daily';
import { repositoryCatalogue } from './repository.ts';

/** What the routes work with. */
export interface Site {
  readonly configuration: Configuration;
  readonly database: Database;
  /** Absolute path of the folder for what is not in the database. */
  readonly dataFolder: string;
  /** Ends the database and gives the folder back. */
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
    return { configuration, database, dataFolder: folder, close };
  } catch (error) {
    await close();
    throw error;
  }
}
