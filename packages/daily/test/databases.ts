import { findPostgres, startPostgres } from '../../../bin/lib/postgres.js';
import type { Database } from '../src/database/database.ts';
import { openMemoryDatabase, openServerDatabase } from '../src/database/open.ts';

/** An empty database with all tables, for one file of tests. */
export interface TestDatabase {
  readonly database: Database;
  readonly remove: () => Promise<void>;
}

interface Choice {
  /** As it stands in the title of the tests. */
  readonly name: string;
  readonly isMissing: boolean;
  readonly open: () => Promise<TestDatabase>;
}

const programs = findPostgres();

/** The databases on which everything has to work; for `describe.each`, with `describe.skipIf`. */
export const testDatabases: readonly Choice[] = [
  {
    name: 'PGlite',
    isMissing: false,
    open: async () => {
      const database = await openMemoryDatabase();
      return { database, remove: database.close };
    },
  },
  {
    name: programs === undefined ? 'PostgreSQL (needs a database)' : 'PostgreSQL',
    isMissing: programs === undefined,
    open: async () => {
      const server = await startPostgres(programs ?? '');
      const database = await openServerDatabase(server.url);
      return {
        database,
        remove: async () => {
          await database.close();
          await server.remove();
        },
      };
    },
  },
];
