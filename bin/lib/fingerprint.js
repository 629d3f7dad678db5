import { createHash } from 'node:crypto';
import { readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

/**
 * A hash of the names and contents of files: it changes if and only if one of them does.
 *
 * @param {string} root - The folder that paths are relative to.
 * @param {readonly string[]} paths - Files and whole folders; one that is missing counts as empty.
 * @param {RegExp} skipped - Paths that are left out with all that is in them.
 * @returns {string} 64 hexadecimal digits.
 */
export function fingerprint(root, paths, skipped) {
  const hash = createHash('sha256');
  paths.forEach((path) => addTo(path));
  return hash.digest('hex');

  /** @param {string} path */
  function addTo(path) {
    if (skipped.test(path)) return;
    const file = join(root, path);
    const stats = statSync(file, { throwIfNoEntry: false });
    if (stats?.isDirectory() === true) {
      for (const name of readdirSync(file).sort()) addTo(`${path}/${name}`);
    } else if (stats !== undefined) {
      const content = readFileSync(file);
      hash.update(`${path}\0${content.length}\0`).update(content);
    }
  }
}
