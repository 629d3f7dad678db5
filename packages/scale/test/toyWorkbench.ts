import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { DataError } from '@working-papers/grad';
import {
  defineExperiment,
  definePaper,
  notMeasured,
  type Cell,
  type CellOrigin,
  type CellStore,
  type Experiment,
  type RunContext,
} from '@working-papers/paper-kit';
import { folderObjects, storedCells } from '@working-papers/paper-kit/node';
import { measureTask, type Workbench } from '../src/workbench.ts';

/** What a cell of the toy does besides counting. */
export interface ToyCell extends Cell {
  readonly index: number;
  readonly ms: number;
  /** As often as this its process ends, as it does when memory runs out. */
  readonly deaths: number;
  readonly throws: boolean;
}

/** Plain JSON for {@link openWorkbench}. */
export interface ToySettings {
  readonly folder: string;
  /** Stands for the code that runs. */
  readonly source: string;
  /** Opening the workbench fails, as it does where a store cannot be reached. */
  readonly isBroken?: boolean;
}

const paper = definePaper({
  slug: 'toy-paper',
  title: 'A Toy',
  authors: ['Ada Lovelace'],
  arxivId: '2401.00001',
  published: '2024-01-01',
  organizations: [],
  family: 'diffusion',
  tags: ['toy'],
  links: {},
  summary: 'A paper that exists only here. '.repeat(8),
  claims: { c1: { statement: 'It counts.', figure: '2.0', setting: 'n = 3' } },
});

/** Cells that take `ms` each and yield two rows. */
export function toyExperiment(cells: readonly Partial<ToyCell>[]) {
  return defineExperiment({
    paper,
    presets: { quick: {} },
    methods: [
      { method: 'count', role: 'method', tuning: { trials: 'nothing to tune', what: 'it counts' } },
    ],
    cells: (_, seed) =>
      cells.map((cell, index) => ({
        label: `toy ${index}`,
        cost: 1,
        ms: 5,
        deaths: 0,
        throws: false,
        ...cell,
        index,
        seed,
      })),
    run: countSlowly,
    verdicts: { c1: () => notMeasured('none', 'a toy proves nothing') },
    figures: () => [],
  });
}

async function* countSlowly(cell: ToyCell, { signal, onProgress }: RunContext) {
  const { index, ms, label, throws } = cell;
  if (throws) throw new DataError('the toy is broken; mend it');
  yield { method: 'count', index, value: Math.sin(index) };
  const steps = 4;
  for (let step = 1; step <= steps; step++) {
    await scheduler.wait(ms / steps);
    signal.throwIfAborted();
    onProgress({ label, fraction: step / steps, step, steps });
  }
  yield { method: 'count', index, value: Math.sin(index) * 2 };
}

export const origin: CellOrigin = {
  commit: 'a'.repeat(40),
  isDirty: false,
  backend: 'none',
  threads: 1,
  platform: 'toy',
  cpu: 'toy',
};

/** Records in a folder, with logs of what was begun and what was written. */
export function toyStore(folder: string) {
  const cells = storedCells(folderObjects(folder));
  const fileOf = (log: string) => join(folder, `${log}.log`);
  const lines = async (log: string) => {
    const text = await readFile(fileOf(log), 'utf8').catch(() => '');
    return text.split('\n').filter(Boolean);
  };
  return {
    begun: () => lines('begun'),
    written: () => lines('written'),
    /** Processes that opened a workbench. */
    pids: async () => (await lines('pids')).map(Number),
    enter: () => appendFile(fileOf('pids'), `${process.pid}\n`),
    begin: (label: string) => appendFile(fileOf('begun'), `${label}\n`),
    cells: {
      read: cells.read,
      write: async (record) => {
        await cells.write(record);
        await appendFile(fileOf('written'), `${record.cell.label}\n`);
      },
    } satisfies CellStore,
  };
}

/** What the worker processes of the tests load. */
export async function openWorkbench(settings: unknown, threads: number): Promise<Workbench> {
  const { folder, source, isBroken } = settings as ToySettings;
  if (isBroken === true) throw new DataError('the toy has no data; buy some');
  await mkdir(folder, { recursive: true });
  const store = toyStore(folder);
  await store.enter();
  // As the catalogue gives it: what its cells are is known to itself only.
  const experiment = toyExperiment([]) as unknown as Experiment;
  return {
    measure: async (task, watch) => {
      const { label, deaths } = task.cell as ToyCell;
      await store.begin(label);
      const begun = (await store.begun()).filter((each) => each === label).length;
      if (begun <= deaths) process.kill(process.pid, 'SIGKILL');
      const storage = { cells: store.cells, source, origin: { ...origin, threads } };
      await measureTask(experiment, task, { ...nothing, storage, progressIntervalMs: 1 }, watch);
    },
    close: () => Promise.resolve(),
  };
}

const none = () => Promise.reject(new Error('the toy has none'));

/** What an experiment gets from outside; the toy uses neither. */
export const nothing: Pick<RunContext, 'backend' | 'data'> = {
  backend: {
    name: 'none',
    threads: 1,
    version: 'none 0',
    capabilities: { supports: () => true },
    createSession: none,
  },
  data: { images: none, text: none, wordVectors: none },
};
