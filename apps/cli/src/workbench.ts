import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cacheFolder, nodeDataSource } from '@working-papers/data/node';
import type { RunStorage } from '@working-papers/paper-kit';
import { storedArtefacts, storedCells, type SourceState } from '@working-papers/paper-kit/node';
import { loadPaper, type PaperRoots } from '@working-papers/papers/catalogue';
import {
  measureTask,
  openObjects,
  storedCheckpoints,
  type Workbench,
  type WorkbenchModule,
} from '@working-papers/scale';
import { openBackend, type BackendName } from './backend.ts';
import { openStorage } from './runStorage.ts';

/** What the worker processes of `wp` are told, as plain JSON. */
export interface WorkbenchSettings {
  /** Default: those of this repository. */
  readonly papers?: PaperRoots;
  readonly backend: BackendName;
  /** State of the code when the command began. */
  readonly source: SourceState;
  /** As `--store` has it; default the cache of this machine. */
  readonly store?: string;
  /** Whether cells come from a queue, which gives each of them to one worker at a time. */
  readonly isQueued: boolean;
}

const root = fileURLToPath(new URL('../../../', import.meta.url));

/** What worker processes load: this module, with what they are told. */
export function workbenchOf(settings: WorkbenchSettings): WorkbenchModule {
  return { module: import.meta.url, settings };
}

/** Opens what a worker process needs to measure cells of any paper. */
export async function openWorkbench(settings: unknown, threads: number): Promise<Workbench> {
  // What workbenchOf was given, and nobody else starts worker processes.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { backend: name, source, store, papers, isQueued } = settings as WorkbenchSettings;
  const onNotice = (notice: string) => void process.stderr.write(`${notice}\n`);
  const backend = await openBackend(name, threads, onNotice);
  const data = nodeDataSource();
  const objects = await openObjects(store ?? cacheFolder());
  const storages = new Map<string, Promise<Omit<RunStorage, 'takeOver'>>>();
  const open = async (paper: string) => {
    const modulePath = modulePathOf(paper, papers);
    const own = await openStorage({ modulePath, source, backend, takeOver: 'all', onNotice });
    const { reserve, ...cells } = storedCells(objects);
    return {
      ...own,
      cells: isQueued || !reserve ? cells : { ...cells, reserve },
      ...(store !== undefined && { checkpoints: storedCheckpoints(objects, codeOf(source)) }),
    };
  };
  return {
    measure: async (task, watch) => {
      const { paper } = task;
      const { experiment } = await loadPaper(paper, papers);
      const opening = storages.get(paper) ?? open(paper);
      storages.set(paper, opening);
      const storage = await opening;
      const artefacts = storedArtefacts(objects);
      await measureTask(experiment, task, { backend, data, artefacts, storage }, watch);
    },
    close: () => Promise.resolve(),
  };
}

/** The `index.ts` of a paper. */
export function modulePathOf(slug: string, papers?: PaperRoots): string {
  return join(papers?.modules ?? join(root, 'papers'), slug, 'index.ts');
}

/** A result to be recorded goes on from checkpoints of its own commit only. */
function codeOf({ commit, isDirty }: SourceState): string {
  return isDirty ? 'changed' : commit.slice(0, 12);
}
