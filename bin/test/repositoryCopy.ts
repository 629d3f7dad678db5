import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readlinkSync,
  symlinkSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from '../lib/command.js';

/**
 * Copies the repository as git would commit it now. Installed packages are linked, not copied; our own
 * are those of the copy.
 *
 * @param folder - Where to; must not exist.
 */
export function copyRepository(folder: string): void {
  const listing = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
  const output = execFileSync('git', listing, { cwd: root, encoding: 'utf8' });
  const files = output.split('\0').filter((file) => file !== '' && existsSync(join(root, file)));
  for (const file of files) {
    mkdirSync(dirname(join(folder, file)), { recursive: true });
    copyFileSync(join(root, file), join(folder, file));
  }
  const workspaces = files.map(
    (file) => /^((packages|apps)\/[^/]+|papers)(?=\/)/.exec(file)?.[0] ?? '',
  );
  for (const workspace of new Set(workspaces)) {
    linkPackages(join(root, workspace, 'node_modules'), join(folder, workspace, 'node_modules'));
  }
}

function linkPackages(from: string, to: string): void {
  if (!existsSync(from)) return;
  mkdirSync(to, { recursive: true });
  for (const entry of readdirSync(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.name === '@working-papers') {
      // Relative links, which lead into the copy from there.
      mkdirSync(target);
      for (const name of readdirSync(source)) {
        symlinkSync(readlinkSync(join(source, name)), join(target, name));
      }
    } else if (!entry.isDirectory() || !entry.name.startsWith('.') || entry.name === '.bin') {
      // All but the caches of tools, which are folders with a dot.
      symlinkSync(source, target);
    }
  }
}
