import { createHash, randomUUID } from 'node:crypto';
import { linkSync, readFileSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ConfigError } from '@working-papers/grad';

/** A data folder that belongs to this process until `release`. */
export interface FolderLock {
  readonly release: () => Promise<void>;
}

/**
 * Takes a data folder for this process alone: PGlite itself would let a second one in, and the two
 * would write over each other. The lock is a listening socket, which ends with its process however
 * that ends; a file beside it names the holder.
 *
 * @param folder - An existing folder.
 * @throws {ConfigError} If another process has it.
 */
export async function lockFolder(folder: string): Promise<FolderLock> {
  const path = socketPath(folder);
  const holderFile = join(folder, 'lock.pid');
  const server = createServer((socket) => socket.end());
  const own = `${path}.${randomUUID().slice(0, 8)}`;
  await listen(server, own);
  try {
    while (!tryLink(own, path)) {
      if (await isHeld(path)) throw new ConfigError(describeHolder(folder, holderFile));
      await removeStale(path);
    }
  } catch (error) {
    await close(server);
    throw error;
  } finally {
    rmSync(own, { force: true });
  }
  writeFileSync(holderFile, String(process.pid));
  return {
    release: async () => {
      rmSync(holderFile, { force: true });
      rmSync(path, { force: true });
      await close(server);
    },
  };
}

function socketPath(folder: string): string {
  const path = join(realpathSync(folder), 'lock');
  // A socket's path has at most 107 bytes; ours gets nine more while it is taken.
  if (Buffer.byteLength(path) <= 98) return path;
  const name = createHash('sha256').update(path).digest('hex').slice(0, 16);
  return join(tmpdir(), `working-papers-${name}`);
}

/** Takes the name if nobody has it; a link, unlike a socket's bind, can follow the listening. */
function tryLink(own: string, path: string): boolean {
  try {
    linkSync(own, path);
    return true;
  } catch (error) {
    if (isErrno(error, 'EEXIST')) return false;
    throw error;
  }
}

function isHeld(path: string): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect(path);
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', (error) => {
      if (isErrno(error, 'ECONNREFUSED') || isErrno(error, 'ENOENT')) resolve(false);
      else reject(error);
    });
  });
}

/**
 * Removes what a killed process left. Between the look and the removal another process may have
 * taken the name: so it is moved away first, looked at again, and given back if it answers.
 */
async function removeStale(path: string): Promise<void> {
  const aside = `${path}.${randomUUID().slice(0, 8)}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if (isErrno(error, 'ENOENT')) return;
    throw error;
  }
  if (await isHeld(aside)) tryLink(aside, path);
  rmSync(aside, { force: true });
}

function describeHolder(folder: string, holderFile: string): string {
  let holder = 'another process';
  try {
    holder = `process ${readFileSync(holderFile, 'utf8')}`;
  } catch {
    // It has the lock but has not written its number yet.
  }
  return `data folder: ${folder} is in use by ${holder}; stop that one, or set WP_DATA to another folder`;
}

function listen(server: Server, path: string): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(path, () => {
      server.off('error', reject);
      server.unref();
      resolve();
    });
  });
}

function close(server: Server): Promise<void> {
  return new Promise((resolve) => server.close(() => resolve()));
}

function isErrno(error: unknown, code: string): boolean {
  return error instanceof Error && 'code' in error && error.code === code;
}
