import { configurationOf, restoreCommand, type SnapshotFlags } from './backupCommand.ts';
import type { CommandContext } from './terminal.ts';
import { UsageError } from './usageError.ts';

/**
 * `wp db import`: moves to a PostgreSQL server, by filling its empty database from a snapshot.
 *
 * @returns The exit code.
 * @throws {UsageError} If DATABASE_URL is not set.
 */
export async function dbImportCommand(
  file: string,
  { json }: Pick<SnapshotFlags, 'json'>,
  context: CommandContext,
): Promise<number> {
  if (configurationOf({}).DATABASE_URL === undefined) {
    throw new UsageError(
      'wp db import: DATABASE_URL is not set; set it to an empty database, or use wp restore',
    );
  }
  return restoreCommand(file, { json, isReplacing: false }, context);
}
