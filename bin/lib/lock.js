import { randomUUID } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { promisify } from 'node:util';
import { CommandError, codeOf, reasonOf } from './command.js';

const sleep = promisify(setTimeout);

/**
 * Does some work while no other process does work under the same lock. The lock names the processes
 * that do the work, so one that was killed leaves nothing to clean up: a lock whose processes are
 * all gone is taken over.
 *
 * @template T
 * @param {string} file - The lock; it exists while it is held.
 * @param {object} options
 * @param {(holder: number) => void} options.onWait - Called once if another process holds the lock.
 * @param {(addWorker: (pid: number) => void) => Promise<T>} options.work - `addWorker` names a child
 * that goes on with the work even if this process is killed.
 * @returns {Promise<T>} What `work` returns.
 */
export async function withLock(file, { onWait, work }) {
  const mine = { id: randomUUID(), pids: [process.pid] };
  makeFolder(file);
  let isWaiting = false;
  while (!take(file, JSON.stringify(mine))) {
    const held = read(file);
    const holder = held?.pids.find((pid) => pid !== process.pid && isAlive(pid));
    if (held !== undefined && holder === undefined) {
      takeAway(file, held.id);
      continue;
    }
    if (!isWaiting && holder !== undefined) onWait(holder);
    isWaiting = true;
    await sleep(200);
  }
  try {
    return await work((pid) => {
      mine.pids.push(pid);
      const draft = `${file}.${mine.id}`;
      writeFileSync(draft, JSON.stringify(mine));
      renameSync(draft, file);
    });
  } finally {
    if (read(file)?.id === mine.id) rmSync(file, { force: true });
  }
}

/** @param {string} file */
function makeFolder(file) {
  try {
    mkdirSync(dirname(file), { recursive: true });
  } catch (error) {
    throw new CommandError(
      `${dirname(file)} cannot be made: ${reasonOf(error)}; make the folder of the repository writable`,
    );
  }
}

/**
 * Creates the lock whole or not at all: a reader never sees half of it.
 *
 * @param {string} file
 * @param {string} content
 */
function take(file, content) {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeFileSync(draft, content);
    linkSync(draft, file);
    return true;
  } catch (error) {
    if (codeOf(error) === 'EEXIST') return false;
    throw new CommandError(
      `${file} cannot be written: ${reasonOf(error)}; make the folder of the repository writable`,
    );
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * @param {string} file
 * @returns {{ id: string, pids: number[] } | undefined} Undefined if the lock is free by now.
 */
function read(file) {
  try {
    return /** @type {{ id: string, pids: number[] }} */ (JSON.parse(readFileSync(file, 'utf8')));
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    if (error instanceof SyntaxError) return { id: '', pids: [] };
    throw error;
  }
}

/**
 * Removes an abandoned lock, but not one that somebody else took in the meantime.
 *
 * @param {string} file
 * @param {string} id - Of the abandoned lock.
 */
function takeAway(file, id) {
  const aside = `${file}.${randomUUID()}`;
  try {
    renameSync(file, aside);
    if (read(aside)?.id !== id) linkSync(aside, file);
  } catch (error) {
    if (codeOf(error) !== 'ENOENT' && codeOf(error) !== 'EEXIST') throw error;
  } finally {
    rmSync(aside, { force: true });
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return codeOf(error) === 'EPERM';
  }
}
