import { join, resolve } from 'node:path';
import type { Configuration } from './configuration.ts';
import { prepareDataFolder } from './dataFolder.ts';
import type { Database } from './database/database.ts';
import { lockFolder } from './database/lock.ts';
import { openEmbeddedDatabase, openServerDatabase } from './database/open.ts';

/** The database, and the folder for what is not in it. */
export interface DataStore {
  readonly database: Database;
  /** Absolute path. */
  readonly folder: string;
  /** Whether the database lies in that folder, which then belongs to this process alone. */
  readonly isEmbedded: boolean;
  /** Ends the database and gives the folder back. */
  readonly close: () => Promise<void>;
}

/**
 * Opens the data folder, creating what is missing, and the database: in that folder, or on the
 * server of `DATABASE_URL`.
 *
 * @throws {ConfigError} If the folder is not writable, in use or of another version, or the server is.
 * @throws {DatabaseError} If the server cannot be reached.
 */
export async function openDataStore({
  WP_DATA,
  DATABASE_URL,
}: Pick<Configuration, 'WP_DATA' | 'DATABASE_URL'>): Promise<DataStore> {
  const folder = resolve(WP_DATA);
  prepareDataFolder(folder);
  if (DATABASE_URL !== undefined) {
    const database = await openServerDatabase(DATABASE_URL);
    return { database, folder, isEmbedded: false, close: database.close };
  }
  const lock = await lockFolder(folder);
  try {
    const database = await openEmbeddedDatabase(join(folder, 'database'));
    return {
      database,
      folder,
      isEmbedded: true,
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
