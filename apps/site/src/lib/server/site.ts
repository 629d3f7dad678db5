import { join, resolve } from 'node:path';
import { ConfigError } from '@working-papers/grad';
import { importCatalogue } from './catalogue/importCatalogue.ts';
import { repositoryCatalogue } from './catalogue/repository.ts';
import type { Database } from './database/database.ts';
import { lockFolder } from './database/lock.ts';
import { maintain, openEmbeddedDatabase } from './database/open.ts';
import { prepareDataFolder } from './dataFolder.ts';

/** What the routes work with. */
export interface Site {
  readonly database: Database;
  /** Absolute path of the folder that holds all state. */
  readonly dataFolder: string;
  /** Ends the database and gives the folder back. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the data folder, creating what is missing, and brings the catalogue in it up to date.
 *
 * @param environment - `WP_DATA` names the folder.
 * @throws {ConfigError} If the folder is missing, not writable, in use or of another version.
 */
export async function openSite(
  environment: Readonly<Record<string, string | undefined>>,
): Promise<Site> {
  const chosen = environment['WP_DATA'];
  if (chosen === undefined || chosen === '') {
    throw new ConfigError('site: WP_DATA is not set; set it to the folder for the data');
  }
  const dataFolder = resolve(chosen);
  prepareDataFolder(dataFolder);
  const lock = await lockFolder(dataFolder);
  try {
    const database = await openEmbeddedDatabase(join(dataFolder, 'database'));
    if (await importCatalogue(database, repositoryCatalogue())) await maintain(database);
    return {
      database,
      dataFolder,
      close: async () => {
        await database.close();
        await lock.release();
      },
    };
  } catch (error) {
    await lock.release();
    throw error;
  }
}
