import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { RunEvent, RunStorage, TakeOver } from '@working-papers/paper-kit';
import type { WorkbenchModule } from '../src/workbench.ts';
import { origin, toyStore, type ToySettings } from './toyWorkbench.ts';

/** Worker processes of the tests load TypeScript; vitest loads it by other means. */
export const nodeFlags = ['--import', import.meta.resolve('tsx'), '--conditions=source'];

/** A store of its own for one test, and what its workers load. */
export interface ToyPlace {
  readonly folder: string;
  readonly store: ReturnType<typeof toyStore>;
  readonly storage: (takeOver?: TakeOver) => RunStorage;
  readonly workbench: (settings?: Partial<ToySettings>) => WorkbenchModule;
  readonly remove: () => Promise<void>;
}

export async function makeToyPlace(source = 'source 1'): Promise<ToyPlace> {
  const folder = await mkdtemp(join(tmpdir(), 'working-papers-scale-'));
  const store = toyStore(folder);
  return {
    folder,
    store,
    storage: (takeOver = 'all') => ({ cells: store.cells, source, origin, takeOver }),
    workbench: (settings) => ({
      module: new URL('toyWorkbench.ts', import.meta.url).href,
      settings: { folder, source, ...settings },
    }),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** Everything that a run tells, and its last word. */
export async function followed(events: AsyncIterable<RunEvent>) {
  const all: RunEvent[] = [];
  for await (const event of events) all.push(event);
  const last = all.at(-1);
  if (last?.kind !== 'done') throw new Error('the run ended without an outcome');
  return { events: all, outcome: last };
}
