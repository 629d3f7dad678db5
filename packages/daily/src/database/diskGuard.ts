import { statfs } from 'node:fs/promises';
import type { Database } from './database.ts';

/** How a database in a folder is kept from filling its disk. */
export interface DiskGuardOptions {
  /** Below this nothing is written any more; default 96 MiB. */
  readonly minFreeBytes?: number;
  /** How often the disk is looked at; default 2 s. */
  readonly intervalMs?: number;
}

/** Watches a disk. */
export interface DiskGuard {
  /** Looks at once. */
  readonly look: () => Promise<void>;
  readonly stop: () => void;
}

/**
 * Refuses writes (SQLSTATE 25006) while the disk is nearly full, and lets them through again when there
 * is room. PostgreSQL, and so PGlite, ends when it cannot write its log; this way reads go on.
 *
 * @param database - Of one connection, because this is a setting of the connection.
 * @param folder - Where its files are.
 */
export function guardDisk(
  database: Database,
  folder: string,
  { minFreeBytes = 96 * 2 ** 20, intervalMs = 2000 }: DiskGuardOptions = {},
): DiskGuard {
  let isReadOnly = false;
  const look = async (): Promise<void> => {
    const { bavail, bsize } = await statfs(folder);
    const isFull = bavail * bsize < minFreeBytes;
    if (isFull === isReadOnly) return;
    await database.query(`set default_transaction_read_only = ${isFull ? 'on' : 'off'}`);
    isReadOnly = isFull;
  };
  const timer = setInterval(() => {
    // A failure shows at the next statement that somebody waits for.
    look().catch(() => undefined);
  }, intervalMs);
  timer.unref();
  return { look, stop: () => clearInterval(timer) };
}
