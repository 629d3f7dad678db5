import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openDataStore, readConfiguration, type Configuration } from '@working-papers/daily';
import { restoreSnapshot, writeSnapshot } from '@working-papers/daily/operation';
import { exitCode } from './exitCode.ts';
import { root } from './paperByName.ts';
import type { CommandContext } from './terminal.ts';
import { UsageError } from './usageError.ts';

/** What the commands about snapshots were told. */
export interface SnapshotFlags {
  /** Folder of the database. */
  readonly data?: string;
  readonly json: boolean;
}

/**
 * `wp backup`: writes the whole database into a file.
 *
 * @param file - Compressed if it ends in `.gz`.
 * @returns The exit code.
 * @throws {UsageError} If there is no database, or the file's folder is not there.
 * @throws {ConfigError} If the data folder is in use, or a setting is wrong.
 */
export async function backupCommand(
  file: string,
  flags: SnapshotFlags,
  { terminal }: CommandContext,
): Promise<number> {
  const configuration = configurationOf(flags);
  const { DATABASE_URL, WP_DATA } = configuration;
  if (DATABASE_URL === undefined && !existsSync(join(WP_DATA, 'database'))) {
    throw new UsageError(`wp backup: there is no database in ${resolve(WP_DATA)}`);
  }
  const path = pathOf(file);
  if (!existsSync(join(path, '..'))) {
    throw new UsageError(`wp backup: there is no folder ${join(path, '..')}`);
  }
  const store = await openDataStore(configuration);
  try {
    const summary = await writeSnapshot(store.database, path);
    const { tables, rows } = summary;
    if (flags.json) terminal.stdout.write(`${JSON.stringify({ file: path, ...summary })}\n`);
    else terminal.stdout.write(`${rows} rows of ${tables} tables are in ${path}\n`);
  } finally {
    await store.close();
  }
  return exitCode.ok;
}

/**
 * `wp restore` and `wp db import`: makes the database of a snapshot.
 *
 * @param isReplacing - Whether a database in the data folder is moved aside.
 * @returns The exit code.
 * @throws {UsageError} If the file is not there.
 * @throws {ConfigError} If there is a database already, or the data folder is in use.
 * @throws {DataError} If the file was altered or cut off, or is of a later version.
 */
export async function restoreCommand(
  file: string,
  flags: SnapshotFlags & { readonly isReplacing: boolean },
  { terminal }: CommandContext,
): Promise<number> {
  const path = pathOf(file);
  if (!existsSync(path)) throw new UsageError(`wp restore: there is no file ${path}`);
  const { isReplacing } = flags;
  const restored = await restoreSnapshot(path, configurationOf(flags), { isReplacing });
  const { tables, rows, setAside } = restored;
  if (flags.json) {
    terminal.stdout.write(`${JSON.stringify(restored)}\n`);
    return exitCode.ok;
  }
  terminal.stdout.write(`${rows} rows of ${tables} tables are back, compared with the snapshot\n`);
  if (setAside !== undefined) {
    terminal.stdout.write(`what was there before is in ${setAside}; remove it when all is well\n`);
  }
  return exitCode.ok;
}

/** The settings of the environment, for the given folder. */
export function configurationOf({ data }: Pick<SnapshotFlags, 'data'>): Configuration {
  const folder = data ?? (process.env['WP_DATA'] || join(root, '.working-papers'));
  return readConfiguration({ ...process.env, WP_DATA: folder });
}

/** npm changes the folder; what was typed counts from where it was typed. */
function pathOf(file: string): string {
  return resolve(process.env['INIT_CWD'] ?? '.', file);
}
