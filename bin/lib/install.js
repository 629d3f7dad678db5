import { createHash } from 'node:crypto';
import { existsSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { run } from './child.js';
import { CommandError, codeOf, reasonOf, root as repository } from './command.js';
import { withLock } from './lock.js';

/**
 * @typedef {{ readonly version?: string, readonly optional?: boolean, readonly os?: string[],
 *   readonly cpu?: string[], readonly libc?: string[] }} LockEntry
 * @typedef {Readonly<Record<string, LockEntry>>} LockEntries By path, as in `node_modules/vite`.
 * @typedef {{ readonly os: string, readonly cpu: string, readonly libc: string }} Platform
 */

/**
 * Installs the dependencies with `npm ci` if they are missing, incomplete or not those of the lock
 * file. Two processes at once share one installation, and one that was killed is repaired. Messages
 * go to stderr, because stdout belongs to the command that may print JSON there.
 *
 * @param {string} [root] - The folder of the lock file. Default: the repository.
 * @returns {Promise<void>}
 * @throws {CommandError} If `npm ci` fails; npm has said why before.
 */
export async function ensureInstalled(root = repository) {
  if (isInstalled(root)) return;
  const lock = join(root, '.working-papers', 'install.lock');
  await withLock(lock, {
    onWait: (pid) =>
      console.error(
        `Waiting for process ${pid} to install the dependencies (else remove ${lock}) ...`,
      ),
    work: async (addWorker) => {
      if (isInstalled(root)) return;
      console.error('Installing the dependencies with npm ci ...');
      await npmCi(root, addWorker);
      writeFileSync(stampOf(root), keyOf(root) ?? '');
    },
  });
}

/**
 * Whether node_modules holds what the lock file names. The stamp answers at once; without it, after
 * an `npm ci` by hand, the packages are compared, and the stamp is written if they agree.
 *
 * @param {string} root
 */
function isInstalled(root) {
  const key = keyOf(root);
  if (key === undefined) return false;
  if (read(stampOf(root)) === key) return true;
  const installed = packagesOf(installedList(root));
  const missing = missingPackages(
    packagesOf(join(root, 'package-lock.json')),
    installed,
    thisPlatform(),
  );
  if (missing.length > 0) return false;
  if (!Object.keys(installed).every((path) => existsSync(join(root, path, 'package.json'))))
    return false;
  try {
    writeFileSync(stampOf(root), key);
  } catch (error) {
    // In a read-only folder every start compares anew.
    if (!['EACCES', 'EPERM', 'EROFS'].includes(codeOf(error) ?? '')) throw error;
  }
  return true;
}

/** @param {string} root */
const stampOf = (root) => join(root, 'node_modules', '.working-papers');

/** npm's own list of what it installed, which it writes last. @param {string} root */
const installedList = (root) => join(root, 'node_modules', '.package-lock.json');

/**
 * What an installation depends on, as one hash; undefined if there is none or only a part of one.
 *
 * @param {string} root
 */
function keyOf(root) {
  const locked = read(join(root, 'package-lock.json'));
  if (locked === undefined) {
    throw new CommandError(`${join(root, 'package-lock.json')} is missing; restore it with git`);
  }
  const installed = read(installedList(root));
  if (installed === undefined) return undefined;
  const parts = [locked, installed, process.platform, process.arch, process.versions.modules];
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/**
 * The packages that a lock file demands on a platform and that are not installed in its version.
 *
 * @param {LockEntries} locked - `packages` of package-lock.json.
 * @param {LockEntries} installed - `packages` of npm's list in node_modules.
 * @param {Platform} platform - Decides which optional packages are demanded.
 * @returns {string[]} Their paths.
 */
export function missingPackages(locked, installed, platform) {
  return Object.entries(locked)
    .filter(([path, entry]) => {
      const found = installed[path];
      if (path === '') return false;
      if (found !== undefined) return found.version !== entry.version;
      // An optional package without a platform belongs to another one that has one.
      if (entry.optional === true && entry.os === undefined) return false;
      return suits(entry, platform);
    })
    .map(([path]) => path);
}

/**
 * @param {LockEntry} entry
 * @param {Platform} platform
 */
function suits({ os, cpu, libc }, platform) {
  return (
    (os?.includes(platform.os) ?? true) &&
    (cpu?.includes(platform.cpu) ?? true) &&
    (libc?.includes(platform.libc) ?? true)
  );
}

/** @returns {Platform} */
function thisPlatform() {
  const isMusl =
    existsSync('/lib') && readdirSync('/lib').some((name) => name.startsWith('ld-musl-'));
  return { os: process.platform, cpu: process.arch, libc: isMusl ? 'musl' : 'glibc' };
}

/**
 * @param {string} file
 * @returns {LockEntries}
 */
function packagesOf(file) {
  try {
    const lock = /** @type {{ packages: LockEntries }} */ (JSON.parse(readFileSync(file, 'utf8')));
    return lock.packages;
  } catch (error) {
    throw new CommandError(`${file} cannot be read: ${reasonOf(error)}; restore it with git`);
  }
}

/** @param {string} file */
function read(file) {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw new CommandError(`${file} cannot be read: ${reasonOf(error)}`);
  }
}

/**
 * @param {string} root
 * @param {(pid: number) => void} addWorker
 */
async function npmCi(root, addWorker) {
  // Without npm's list no state in between can pass for a complete installation.
  rmSync(installedList(root), { force: true });
  rmSync(stampOf(root), { force: true });
  const [program, ...args] = npmCommand();
  // The tools that build and run are devDependencies, which NODE_ENV=production would leave out.
  const { exitCode } = await run(program, [...args, 'ci', '--include=dev'], {
    folder: root,
    output: 'show on stderr',
    onStart: addWorker,
  }).catch((/** @type {unknown} */ error) => {
    throw new CommandError(`npm cannot be started: ${reasonOf(error)}; put it on the PATH`);
  });
  if (exitCode !== 0) {
    throw new CommandError(
      `npm ci failed with exit code ${exitCode}, for the reason that it states above; mend that and run the command again`,
      1,
    );
  }
}

/**
 * The npm that runs this command, else the one on the PATH.
 *
 * @returns {[program: string, ...args: string[]]}
 */
function npmCommand() {
  const path = process.env['npm_execpath'];
  return path !== undefined && /^np[mx]-cli\.js$/.test(basename(path))
    ? [process.execPath, path.replace(/npx-cli\.js$/, 'npm-cli.js')]
    : ['npm'];
}
