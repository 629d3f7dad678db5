import { rm } from 'node:fs/promises';
import { cpus } from 'node:os';
import { join } from 'node:path';
import { cacheFolder } from '@working-papers/data/node';
import type { Backend } from '@working-papers/grad';
import { folderCheckpoints } from '@working-papers/nn/node';
import type { Checkpoints, RunStorage, TakeOver } from '@working-papers/paper-kit';
import { folderObjects, storedCells, type SourceState } from '@working-papers/paper-kit/node';
import { codeHash } from './codeHash.ts';

/** What decides where a run's cells are kept, and which it takes over. */
export interface StorageOptions {
  /** The paper's `index.ts`. */
  readonly modulePath: string;
  readonly source: SourceState;
  readonly backend: Pick<Backend, 'name' | 'version' | 'threads'>;
  readonly takeOver: TakeOver;
  /** Where cells and checkpoints are; default the cache. */
  readonly folder?: string;
  /** Told, in one line, if a checkpoint is damaged and the one before is taken. */
  readonly onNotice: (notice: string) => void;
}

/**
 * The cache's cells and checkpoints. A cell is found again as long as code and runtime are the same.
 *
 * @throws {CheckpointError} If the cache cannot be written, so that this does not show after an hour.
 */
export async function openStorage(options: StorageOptions): Promise<RunStorage> {
  const { modulePath, source, backend, takeOver, folder = cacheFolder(), onNotice } = options;
  const objects = folderObjects(folder);
  await objects.write('probe', new Uint8Array());
  await objects.remove('probe');
  const code = await codeHash(modulePath);
  const { commit, isDirty } = source;
  const place = isDirty ? 'changed' : commit.slice(0, 12);
  return {
    cells: storedCells(objects),
    // A recorded result goes on from checkpoints of its own commit only.
    checkpoints: cachedCheckpoints(folder, `${code.slice(0, 12)}-${place}`, onNotice),
    source: `${backend.name} ${backend.version} ${code}`,
    origin: {
      commit,
      isDirty,
      backend: backend.name,
      threads: backend.threads,
      platform: `${process.platform} ${process.arch}`,
      cpu: cpus()[0]?.model.trim() ?? 'unknown',
    },
    takeOver,
    onWait: ({ label }) =>
      onNotice(`another process measures the cell "${label}"; waiting for its result`),
  };
}

/**
 * Checkpoints as folders `checkpoints/<address>/<code>/<training>`.
 *
 * @param code - Names the code that trains: a checkpoint of other code is not looked at.
 */
function cachedCheckpoints(
  folder: string,
  code: string,
  onNotice: (notice: string) => void,
): Checkpoints {
  const folderOf = (address: string) => join(folder, 'checkpoints', address);
  return {
    open: (address, name) => folderCheckpoints(join(folderOf(address), code, name), { onNotice }),
    discard: (address) => rm(folderOf(address), { recursive: true, force: true }),
  };
}
