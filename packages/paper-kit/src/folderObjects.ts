import { randomUUID } from 'node:crypto';
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { makeFolder } from '@working-papers/data/node';
import { CheckpointError } from '@working-papers/grad';
import type { ObjectStore } from './objectStore.ts';
import { codeOf } from './systemError.ts';

/**
 * Objects as files of a folder, which is made when the first is written. A file gets its name when it
 * is complete, so a process that is killed leaves a temporary file at most.
 *
 * @throws {CheckpointError} From its functions, if a file cannot be read, written or removed.
 */
export function folderObjects(folder: string): ObjectStore {
  const pathOf = (key: string) => join(resolve(folder), key);
  /** Writes the bytes beside their place and lets `settle` move them there. */
  const stage = async <T>(
    path: string,
    bytes: Uint8Array,
    settle: (temporary: string) => Promise<T>,
  ): Promise<T> => {
    const temporary = join(dirname(path), `.${randomUUID()}.tmp`);
    try {
      await makeFolder(dirname(path));
      await writeFile(temporary, bytes);
      return await settle(temporary);
    } catch (cause) {
      throw failure(path, 'written', cause);
    } finally {
      await rm(temporary, { force: true }).catch(() => undefined);
    }
  };
  return {
    place: folder,
    read: async (key) => {
      const path = pathOf(key);
      return readFile(path).catch((cause: unknown) => {
        if (codeOf(cause) === 'ENOENT') return undefined;
        throw failure(path, 'read', cause);
      });
    },
    write: (key, bytes) => stage(pathOf(key), bytes, (temporary) => rename(temporary, pathOf(key))),
    create: (key, bytes) =>
      stage(pathOf(key), bytes, (temporary) =>
        link(temporary, pathOf(key)).then(
          () => true,
          (cause: unknown) => {
            if (codeOf(cause) === 'EEXIST') return false;
            throw cause;
          },
        ),
      ),
    remove: async (key) => {
      const path = pathOf(key);
      await rm(path, { force: true }).catch((cause: unknown) => {
        throw failure(path, 'removed', cause);
      });
    },
  };
}

function failure(path: string, verb: string, cause: unknown): CheckpointError {
  const hint =
    codeOf(cause) === 'ENOSPC'
      ? 'make room, or set WORKING_PAPERS_CACHE to a folder on another disk'
      : 'set WORKING_PAPERS_CACHE to a folder that can be read and written';
  return new CheckpointError(`${path}: cannot be ${verb} (${codeOf(cause)}); ${hint}`, { cause });
}
