import { resolve } from 'node:path';
import { cacheFolder } from '@working-papers/data/node';
import type { RunStorage } from '@working-papers/paper-kit';
import { storedCells } from '@working-papers/paper-kit/node';
import {
  localCrew,
  openObjects,
  queueCrew,
  threadsPerWorker,
  type RunElsewhereOptions,
} from '@working-papers/scale';
import { UsageError } from './usageError.ts';
import { workbenchOf, type WorkbenchSettings } from './workbench.ts';

/** What `wp run` was told about who measures and where records are kept. */
export interface CrewFlags {
  /** Processes on this machine. */
  readonly workers?: number;
  /** Machines that serve this queue; see `wp worker`. */
  readonly queue?: string;
  /** A folder or `s3://bucket/prefix`; default the cache. */
  readonly store?: string;
  readonly threads?: number;
}

/**
 * Who measures the cells of `wp run --workers` and `wp run --queue`, for `runElsewhere`.
 *
 * @param storage - Of this process: its code, its origin, what it takes over.
 * @throws {UsageError} If both or neither are given.
 * @throws {ConfigError} If the store is wrong.
 */
export async function crewOf(
  flags: CrewFlags,
  settings: Omit<WorkbenchSettings, 'isQueued' | 'store'>,
  storage: RunStorage,
  onNotice: (notice: string) => void,
): Promise<Pick<RunElsewhereOptions, 'crew' | 'storage' | 'machines'>> {
  const { workers, queue, threads } = flags;
  const store = flags.store?.startsWith('s3:') === false ? resolve(flags.store) : flags.store;
  const cells = storedCells(await openObjects(store ?? cacheFolder()));
  const own = { ...settings, ...(store !== undefined && { store }) };
  if (workers !== undefined && queue === undefined) {
    const share = threadsPerWorker(workers, threads);
    const workbench = workbenchOf({ ...own, isQueued: false });
    return {
      crew: localCrew({ workers, workbench, threads: share * workers, onNotice }),
      storage: { ...storage, cells, origin: { ...storage.origin, threads: share } },
    };
  }
  if (queue === undefined || workers !== undefined) {
    throw new UsageError('wp run: --workers and --queue exclude each other; give one of them');
  }
  return {
    crew: queueCrew({ url: queue, commit: settings.source.commit, onNotice }),
    storage: { ...storage, cells },
    machines: 'any',
  };
}
