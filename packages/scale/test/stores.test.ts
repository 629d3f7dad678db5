import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Checkpoint } from '@working-papers/nn';
import {
  artefactAddress,
  type ArtefactRecord,
  type CellRecord,
  type ObjectStore,
} from '@working-papers/paper-kit';
import { folderObjects, storedArtefacts, storedCells } from '@working-papers/paper-kit/node';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openS3Objects } from '../src/s3.ts';
import { storedCheckpoints } from '../src/storedCheckpoints.ts';
import { startS3Server, type S3Server } from './s3Server.ts';
import { origin } from './toyWorkbench.ts';

let server: S3Server;
let folder: string;
beforeAll(async () => {
  server = await startS3Server();
  folder = await mkdtemp(join(tmpdir(), 'working-papers-stores-'));
});
afterAll(async () => {
  await server.close();
  await rm(folder, { recursive: true });
});

const record: CellRecord = {
  address: 'a'.repeat(64),
  paper: 'toy-paper',
  cell: { label: 'toy', cost: 1 },
  source: 'source 1',
  rows: [{ method: 'count', value: 1 / 3 }],
  seconds: 2,
  artefacts: [],
  origin,
};

function checkpointAt(step: number): Checkpoint {
  const data = Float32Array.from([step, Math.PI]);
  const tensors = { w: { dtype: 'F32', shape: [2], data } } as const;
  return { step, tensors, config: { seed: 1 }, loss: 0.5, metrics: {} };
}

describe.each([
  ['a folder', (name: string) => Promise.resolve(folderObjects(join(folder, name)))],
  ['S3', (name: string) => openS3Objects(server.url(name), server.options)],
])('%s keeps', (_, open: (name: string) => Promise<ObjectStore>) => {
  it('cells, the last record of an address', async () => {
    const cells = storedCells(await open('cells'));
    expect(await cells.read(record.address)).toBeNull();
    await Promise.all([cells.write(record), cells.write(record)]);
    await cells.write({ ...record, seconds: 3 });
    expect(await cells.read(record.address)).toEqual({ ...record, seconds: 3 });
  });

  it('artefacts, made by one of those who need them at once', async () => {
    const identity = { name: 'toy-model', version: 1, config: { width: 2 } };
    const address = await artefactAddress(identity);
    const made: ArtefactRecord = {
      ...identity,
      address,
      tensors: checkpointAt(1).tensors,
      json: { merges: [1] },
      makingSeconds: 1,
    };
    const { signal } = new AbortController();
    let makers = 0;
    const get = async () => {
      const artefacts = storedArtefacts(await open('artefacts'));
      return artefacts.exclusively(address, signal, async () => {
        const found = await artefacts.read(address);
        if (found) return found;
        makers++;
        await artefacts.write(made);
        return made;
      });
    };
    const got = await Promise.all([get(), get(), get()]);
    expect(makers).toBe(1);
    for (const each of got) expect(each).toEqual(made);
  });

  it('checkpoints, the last one of each training, for whoever takes the cell over', async () => {
    const objects = await open('checkpoints');
    const own = storedCheckpoints(objects, 'code').open('address', 'base');
    expect(await own.load()).toBeNull();
    await own.save(checkpointAt(1));
    await own.save(checkpointAt(2));
    const other = storedCheckpoints(objects, 'code');
    expect(await other.open('address', 'base').load()).toEqual(checkpointAt(2));
    expect(await other.open('address', 'head').load()).toBeNull();
    expect(await storedCheckpoints(objects, 'new code').open('address', 'base').load()).toBeNull();
    await other.discard('address');
    expect(await own.load()).toBeNull();
  });

  it('no checkpoint of an earlier process for a cell that begins anew', async () => {
    const objects = await open('anew');
    await storedCheckpoints(objects, 'code').open('address', 'base').save(checkpointAt(5));
    const anew = storedCheckpoints(objects, 'code');
    await anew.discard('address');
    const base = anew.open('address', 'base');
    expect(await base.load()).toBeNull();
    await base.save(checkpointAt(1));
    expect(await base.load()).toEqual(checkpointAt(1));
  });

  it('no torn checkpoint', async () => {
    const objects = await open('torn');
    const base = storedCheckpoints(objects, 'code').open('address', 'base');
    await base.save(checkpointAt(1));
    const key = 'checkpoints/address/code-base';
    const whole = await objects.read(key);
    for (const size of [0, 3, 4, 100, (whole?.length ?? 0) - 1]) {
      await objects.write(key, whole?.subarray(0, size) ?? new Uint8Array());
      await expect(base.load()).rejects.toThrow(/code-base: .*; remove it to begin anew$/);
    }
  });
});
