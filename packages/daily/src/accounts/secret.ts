import { createHmac, hkdfSync, randomBytes } from 'node:crypto';
import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '@working-papers/grad';
import type { Configuration } from '../configuration.ts';

const minLength = 32;

/**
 * The key of sessions and signed links: WP_SECRET, else the file `secret` of the data folder, which is
 * made if it is missing and which only its owner may read.
 *
 * @throws {ConfigError} If the file is shorter than 32 characters, or others may read it.
 */
export function readSecret(
  { WP_SECRET }: Pick<Configuration, 'WP_SECRET'>,
  dataFolder: string,
): string {
  if (WP_SECRET !== undefined) return WP_SECRET;
  const file = join(dataFolder, 'secret');
  try {
    writeFileSync(file, `${randomBytes(48).toString('base64url')}\n`, { flag: 'wx', mode: 0o600 });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const mode = statSync(file).mode & 0o777;
  if ((mode & 0o077) !== 0) {
    throw new ConfigError(
      `secret: others may read ${file} (mode ${mode.toString(8)}); run chmod 600 on it, or remove it, which signs everybody out`,
    );
  }
  const secret = readFileSync(file, 'utf8').trim();
  if (secret.length < minLength) {
    throw new ConfigError(
      `secret: ${file} has ${secret.length} characters, expected ${minLength} or more; remove it, and a new one is made`,
    );
  }
  return secret;
}

/**
 * A key for one purpose, so that what is signed for one cannot be used for another.
 *
 * @param purpose - For example `unsubscribe`.
 */
export function deriveKey(secret: string, purpose: string): Buffer {
  return Buffer.from(hkdfSync('sha256', secret, '', `working-papers ${purpose}`, 32));
}

/**
 * What stands for an e-mail address or a network where that itself must not be kept: a keyed hash,
 * which nobody without the secret can test guesses against.
 */
export function hashPrivately(secret: string, text: string): string {
  return createHmac('sha256', deriveKey(secret, 'private hashes'))
    .update(text.normalize('NFC').toLowerCase())
    .digest('base64url');
}
