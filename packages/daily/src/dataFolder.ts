import { accessSync, constants, mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '@working-papers/grad';

/**
 * Makes sure that a folder is there and can be written.
 *
 * @param folder - Absolute path.
 * @throws {ConfigError} If not; nothing was made then.
 */
export function prepareDataFolder(folder: string): void {
  try {
    makeFolder(folder);
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
  } catch (cause) {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
    throw new ConfigError(
      `data folder: ${folder} cannot be written (${code}); make it writable, or set WP_DATA to another folder`,
      { cause },
    );
  }
}

/** Like `mkdirSync` with `recursive`, which never returns where even root may not make folders. */
function makeFolder(folder: string): void {
  try {
    mkdirSync(folder);
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    if (code === 'EEXIST') return;
    if (code !== 'ENOENT' || dirname(folder) === folder) throw error;
    makeFolder(dirname(folder));
    mkdirSync(folder);
  }
}
