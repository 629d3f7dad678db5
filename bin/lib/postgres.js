import { execFileSync, spawn, spawnSync } from 'node:child_process';
import {
  accessSync,
  chownSync,
  constants,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { CommandError } from './command.js';

/**
 * @typedef {object} PostgresServer A server that belongs to one test file.
 * @property {string} url With user and password; the database is empty.
 * @property {() => Promise<void>} start Starts it again after `halt`, with the same data.
 * @property {() => Promise<void>} halt Ends it as a power cut would: clients notice at once.
 * @property {() => Promise<void>} remove Ends it and removes its data.
 */

/** @typedef {{ readonly uid?: number, readonly gid?: number }} Account Default: that of this process. */

/** How to get a PostgreSQL server, as the end of a sentence. */
export const howToGetPostgres =
  'install one (Debian and Ubuntu: `apt-get install postgresql`) or put its `initdb` on the PATH';

/** Where packages put the programs of a server, which are not always on the PATH. */
const versionedFolders = ['/usr/lib/postgresql', '/opt/homebrew/opt', '/usr/local/opt'];

/**
 * Looks for the programs of a PostgreSQL server: on the PATH, then where packages put them, the newest
 * version first.
 *
 * @returns {string | undefined} The folder of `initdb` and `postgres`; undefined if there is none.
 */
export function findPostgres() {
  const onPath = (process.env['PATH'] ?? '').split(delimiter);
  const installed = versionedFolders.flatMap((folder) =>
    namesIn(folder)
      .filter((name) => /^(postgresql@)?\d+$/.test(name))
      .sort((a, b) => Number(b.replace(/^\D+/, '')) - Number(a.replace(/^\D+/, '')))
      .map((name) => join(folder, name, 'bin')),
  );
  return [...onPath, ...installed].find(
    (folder) => isProgram(join(folder, 'initdb')) && isProgram(join(folder, 'postgres')),
  );
}

/**
 * Starts a server of its own in a temporary folder, on a free port of this machine only. It refuses
 * root, so root starts it as the user `postgres`. It ends with this process at the latest.
 *
 * @param {string} programs - The folder from `findPostgres`.
 * @returns {Promise<PostgresServer>}
 * @throws {CommandError} If it does not start; the message has what it said.
 */
export async function startPostgres(programs) {
  /** @type {Account} */
  const owner = process.getuid?.() === 0 ? accountOf('postgres') : {};
  const folder = mkdtempSync(join(tmpdir(), 'working-papers-postgres-'));
  const data = join(folder, 'data');
  const passwordFile = join(folder, 'password');
  const password = 'p%ss:w@rd/test'; // needs escaping in a URL, so that tests meet that too
  mkdirSync(data);
  writeFileSync(passwordFile, password);
  if (owner.uid !== undefined && owner.gid !== undefined) {
    for (const path of [folder, data, passwordFile]) chownSync(path, owner.uid, owner.gid);
  }
  const made = spawnSync(
    join(programs, 'initdb'),
    // prettier-ignore
    ['-D', data, '-U', 'tester', '-A', 'scram-sha-256', `--pwfile=${passwordFile}`, '-E', 'UTF8',
      '--locale=C', '--no-sync'],
    { ...owner, cwd: folder, encoding: 'utf8' },
  );
  if (made.status !== 0) {
    rmSync(folder, { recursive: true, force: true });
    throw new CommandError(`initdb: ${made.error?.message ?? made.stderr.trim()}`);
  }
  const port = await freePort();
  const server = createServerProcess({ programs, folder, port, owner });
  await server.start();
  return {
    url: `postgres://tester:${encodeURIComponent(password)}@127.0.0.1:${port}/postgres`,
    start: server.start,
    halt: server.halt,
    remove: async () => {
      await server.halt();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

/** @param {{ programs: string, folder: string, port: number, owner: Account }} place */
function createServerProcess({ programs, folder, port, owner }) {
  const data = join(folder, 'data');
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let child;
  /** @type {import('node:child_process').ChildProcess | undefined} */
  let guard;
  // prettier-ignore
  const settings = ['listen_addresses=127.0.0.1', `port=${port}`, 'unix_socket_directories=',
    'fsync=off', 'max_connections=40', 'shared_buffers=16MB', 'logging_collector=off'];
  return {
    start: async () => {
      const args = settings.flatMap((setting) => ['-c', setting]);
      const started = spawn(join(programs, 'postgres'), ['-D', data, ...args], {
        ...owner,
        cwd: data,
        stdio: ['ignore', 'ignore', 'pipe'],
      });
      child = started;
      guard = endWithThisProcess(started, folder);
      await ready(started);
    },
    halt: async () => {
      const running = child;
      child = undefined;
      if (guard?.pid !== undefined) process.kill(-guard.pid); // with what it waits in
      if (!running || running.exitCode !== null) return;
      const ended = new Promise((resolve) => {
        running.once('close', resolve);
      });
      running.kill('SIGQUIT'); // immediate shutdown, the server's children with it
      await ended;
    },
  };
}

/**
 * A shell that waits for the end of this process, even by SIGKILL, which closes its standard input.
 *
 * @param {import('node:child_process').ChildProcess} server - Ended then.
 * @param {string} folder - Removed then.
 */
function endWithThisProcess(server, folder) {
  const script = 'cat; kill -QUIT "$0"; sleep 1; rm -rf "$1"';
  const guard = spawn('sh', ['-c', script, String(server.pid), folder], {
    stdio: ['pipe', 'ignore', 'ignore'],
    detached: true,
  });
  guard.unref();
  return guard;
}

/**
 * Waits until a server says that it takes connections.
 *
 * @param {import('node:child_process').ChildProcess} child
 * @returns {Promise<void>}
 */
function ready(child) {
  let said = '';
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', () => {
      reject(new CommandError(`postgres ended before it was ready: ${said.trim()}`));
    });
    child.stderr?.setEncoding('utf8').on('data', (/** @type {string} */ text) => {
      said = `${said}${text}`.slice(-2000);
      if (said.includes('ready to accept connections')) resolve();
    });
  });
}

/** @param {string} user */
function accountOf(user) {
  const idOf = (/** @type {string} */ flag) =>
    Number(execFileSync('id', [flag, user], { encoding: 'utf8' }));
  return { uid: idOf('-u'), gid: idOf('-g') };
}

/** @returns {Promise<number>} */
function freePort() {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => {
        if (typeof address === 'object' && address) resolve(address.port);
        else reject(new Error('internal: a listening server has no port'));
      });
    });
  });
}

/** @param {string} folder */
function namesIn(folder) {
  try {
    return readdirSync(folder);
  } catch {
    return [];
  }
}

/** @param {string} path */
function isProgram(path) {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
