import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { scheduler } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  artefactAddress,
  defineArtefact,
  memoryArtefacts,
  runExperiment,
  type ArtefactCost,
  type ArtefactStore,
  type ArtefactUse,
} from '../src/index.ts';
import { folderObjects, storedArtefacts } from '../src/node.ts';
import { cellsExperiment, unused } from './toyExperiment.ts';

let folder: string;
let made: number;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'paper-kit-'));
  made = 0;
});
afterEach(() => rm(folder, { recursive: true }));

/** Squares of the first numbers, slowly. */
const squares = (count: number, version = 1) =>
  defineArtefact({
    name: 'squares',
    version,
    config: { count },
    make: async (config, { signal }) => {
      made++;
      await scheduler.wait(30, { signal });
      const data = Float32Array.from({ length: config.count }, (_, i) => i * i);
      return {
        tensors: { values: { dtype: 'F32', shape: [config.count], data } },
        json: { of: 'squares', texts: ['ä'] },
      };
    },
    read: ({ tensors, json }, { count: n }) => ({ values: [...tensors['values']!.data], json, n }),
  });

/** What two cells get that use the artefact one after the other. */
async function useTwice(store: ArtefactStore | undefined, options = {}) {
  const values: unknown[] = [];
  const experiment = cellsExperiment(
    (_, seed) => [1, 2].map((n) => ({ label: `cell ${n}`, cost: 1, n, seed })),
    async function* ({ n }, { artefacts }) {
      values.push(await artefacts.get(squares(3)));
      yield { n };
    },
  );
  const signal = new AbortController().signal;
  const uses: ArtefactUse[] = [];
  let costs: readonly ArtefactCost[] = [];
  const run = { ...unused, seed: 0, signal, ...(store && { artefacts: store }), ...options };
  for await (const event of runExperiment(experiment, 'quick', run)) {
    if (event.kind === 'artefact') uses.push(event.artefact);
    if (event.kind === 'done') costs = event.artefacts;
  }
  return { values, uses, costs };
}

const stores: readonly [string, () => ArtefactStore][] = [
  ['memory', memoryArtefacts],
  ['a folder', () => storedArtefacts(folderObjects(folder))],
];

describe.each(stores)('artefacts in %s', (_, open) => {
  it('are made once, and read the same by who made them and who did not', async () => {
    const { values, uses, costs } = await useTwice(open());
    expect(made).toBe(1);
    expect(values[0]).toEqual({ values: [0, 1, 4], json: { of: 'squares', texts: ['ä'] }, n: 3 });
    expect(values[1]).toEqual(values[0]);
    expect(uses.map(({ isMade }) => isMade)).toEqual([true, false]);
    const [cold, warm] = uses;
    expect(cold!.makingSeconds).toBeGreaterThan(0.02);
    expect(warm!.makingSeconds).toBe(cold!.makingSeconds);
    expect(costs).toEqual([
      {
        name: 'squares',
        address: warm!.address,
        uses: 2,
        isMade: true,
        makingSeconds: cold!.makingSeconds,
        readingSeconds: warm!.seconds,
      },
    ]);
    expect(warm!.address).toBe(await artefactAddress(squares(3)));
  });

  it('are made anew once per run from scratch', async () => {
    const store = open();
    await useTwice(store);
    const { uses } = await useTwice(store, { fromScratch: new Set() });
    expect(made).toBe(2);
    expect(uses.map(({ isMade }) => isMade)).toEqual([true, false]);
  });

  it('are made once when several want one at the same time', async () => {
    const store = open();
    const runs = await Promise.all([useTwice(store), useTwice(store), useTwice(store)]);
    expect(made).toBe(1);
    for (const { values } of runs) expect(values).toEqual(runs[0].values);
  });
});

it('artefacts without a store live as long as the run', async () => {
  await useTwice(undefined);
  expect(made).toBe(1);
  await useTwice(undefined);
  expect(made).toBe(2);
});

it('another configuration or version is another artefact', async () => {
  const addresses = await Promise.all([squares(3), squares(4), squares(3, 2)].map(artefactAddress));
  expect(new Set(addresses).size).toBe(3);
});

it('a folder keeps tensors and the rest in two files, and no lock', async () => {
  await useTwice(storedArtefacts(folderObjects(folder)));
  const names = await readdir(join(folder, 'artefacts'));
  expect(names.map((name) => name.replace(/^[0-9a-f]{64}(-[0-9a-f]{16})?/, '*')).sort()).toEqual([
    '*.json',
    '*.safetensors',
  ]);
});

it('a damaged artefact is an error that says how to get a sound one', async () => {
  const store = storedArtefacts(folderObjects(folder));
  await useTwice(store);
  const names = await readdir(join(folder, 'artefacts'));
  const tensors = join(
    folder,
    'artefacts',
    names.find((name) => name.endsWith('.safetensors'))!,
  );
  await writeFile(tensors, 'torn');
  await expect(useTwice(store)).rejects.toThrow(
    /\.json: its tensors are not as they were written: their SHA-256 is another; run again with --from-scratch$/,
  );
  await useTwice(store, { fromScratch: new Set() });
  expect(made).toBe(2);
});

it('a definition is refused with what is wrong', () => {
  const make = () => Promise.resolve({ tensors: {}, json: null });
  const valid = { name: 'squares', version: 1, config: {}, make, read: () => null };
  const define = (change: Partial<typeof valid>) => () => defineArtefact({ ...valid, ...change });
  expect(define({ name: 'My Model' })).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: artefact "My Model": the name is not kebab-case]`,
  );
  expect(define({ version: 0 })).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: artefact squares: version 0 is not a positive integer]`,
  );
  expect(define({ config: { rate: undefined } })).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: artefact squares: config.rate is undefined; expected plain JSON]`,
  );
});
