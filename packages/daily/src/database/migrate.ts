import { ConfigError } from '@working-papers/grad';
import { Migrator, type Migration } from 'kysely';
import type { Database } from './database.ts';
import { kyselyOn } from './kysely.ts';
import { accounts } from './migrations/accounts.ts';
import { catalogue } from './migrations/catalogue.ts';
import { community } from './migrations/community.ts';
import { digest } from './migrations/digest.ts';
import { ingest } from './migrations/ingest.ts';

/** In the order in which they run; a migration that was released is never changed again. */
const migrations: Readonly<Record<string, Migration>> = {
  '0001-catalogue': catalogue,
  '0002-ingest': ingest,
  '0003-accounts': accounts,
  '0004-community': community,
  '0005-digest': digest,
};

/** Any number that no other program would lock on the same server. */
const lockNumber = 240_902_426;

/**
 * Brings the tables up to what this version needs: all missing migrations, or none.
 *
 * @throws {ConfigError} If the database was written by a later version.
 * @throws {DatabaseError} If a migration fails.
 */
export async function migrate(database: Database): Promise<void> {
  await database.transaction(async (connection) => {
    await connection.query('select pg_advisory_xact_lock($1)', [lockNumber]);
    const migrator = new Migrator({
      db: kyselyOn(connection),
      provider: { getMigrations: async () => ({ ...migrations }) },
    });
    const { error } = await migrator.migrateToLatest();
    if (error !== undefined) throw explain(error);
  });
}

function explain(error: unknown): unknown {
  const later = /previously executed migration (\S+) is missing/.exec(String(error))?.[1];
  if (later === undefined) return error;
  return new ConfigError(
    `database: it has the migration ${later}, which this version does not know; start the version that wrote it, or set WP_DATA to another folder`,
  );
}
