import { mkdir, mkdtemp, readFile, readdir, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { decodeSafetensors, encodeSafetensors } from '@working-papers/grad';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from '../src/index.ts';
import { folderCheckpoints } from '../src/node.ts';

let parent: string;
let folder: string;
let notices: string[];

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'wp-checkpoints-'));
  folder = join(parent, 'run', 'cell');
  notices = [];
});
afterEach(() => rm(parent, { recursive: true, force: true }));

const store = () => folderCheckpoints(folder, { onNotice: (notice) => notices.push(notice) });
const generations = async () => (await readdir(folder)).toSorted();

/** All element types, and numbers that JSON and careless copies lose. */
function checkpointOf(step: number): Checkpoint {
  const nan = new Float32Array(new Uint32Array([0x7fc12345, 0x80000000, step, 0x7f800000]).buffer);
  return {
    step,
    tensors: {
      'params.w': { dtype: 'F32', shape: [2, 2], data: nan },
      'params.x': { dtype: 'F64', shape: [], data: new Float64Array([Math.PI]) },
      'counts.0': { dtype: 'I64', shape: [1], data: new BigInt64Array([2n ** 62n + 1n]) },
      'counts.1': { dtype: 'I32', shape: [1], data: new Int32Array([-step]) },
      mask: { dtype: 'BOOL', shape: [3], data: new Uint8Array([1, 0, 1]) },
    },
    config: { key: { k0: 1, k1: 2 }, betas: [0.9, 0.999], name: 'é "', none: null },
    loss: 0.1 + step,
    metrics: { accuracy: 1 / 3, gap: NaN, ratio: -Infinity },
  };
}

describe('a folder of checkpoints', () => {
  test('gives back the latest, to the bit, in another process too', async () => {
    expect(await store().load()).toBeNull();
    await store().save(checkpointOf(5));
    await store().save(checkpointOf(10));
    const loaded = await store().load();
    expect(loaded).toEqual(checkpointOf(10));
    const bits = ({ tensors }: Checkpoint) => encodeSafetensors(tensors);
    expect(loaded && bits(loaded)).toEqual(bits(checkpointOf(10)));
    expect(notices).toEqual([]);
  });

  test('holds the last two, each of two files that other tools can read', async () => {
    const { save } = store();
    for (const step of [1, 2, 3, 4]) await save(checkpointOf(step));
    expect(await generations()).toEqual(['generation-00000003', 'generation-00000004']);
    const path = join(folder, 'generation-00000004');
    expect((await readdir(path)).toSorted()).toEqual(['state.safetensors', 'training.json']);
    const { tensors } = decodeSafetensors(await readFile(join(path, 'state.safetensors')));
    expect(Object.keys(tensors)).toContain('params.w');
    const json: unknown = JSON.parse(await readFile(join(path, 'training.json'), 'utf8'));
    expect(json).toMatchInlineSnapshot(`
      {
        "config": {
          "betas": [
            0.9,
            0.999,
          ],
          "key": {
            "k0": 1,
            "k1": 2,
          },
          "name": "é "",
          "none": null,
        },
        "configSha256": "502365ce741aaa55b30618334557cfb904fb6082594f4f6f983947c913eb8ab9",
        "format": "working-papers training 1",
        "loss": 4.1,
        "metrics": {
          "accuracy": 0.3333333333333333,
          "gap": "NaN",
          "ratio": "-Infinity",
        },
        "sha256": "cf3b2203e1deb07eef4a26ab85d122fdeea22b40350164865d70d9ef40b1116a",
        "state": {
          "bytes": 359,
          "sha256": "2c5d71268188fa34b938ef236b606f9f28b813ccfa166a0d112a00562eaa7709",
        },
        "step": 4,
      }
    `);
  });

  test('goes on from the one before if the latest is torn, and says so', async () => {
    await store().save(checkpointOf(5));
    await store().save(checkpointOf(10));
    await truncate(join(folder, 'generation-00000002', 'state.safetensors'), 100);
    expect((await store().load())?.step).toBe(5);
    expect(notices.map((notice) => notice.replaceAll(parent, ''))).toMatchInlineSnapshot(`
      [
        "/run/cell/generation-00000002: state.safetensors has 100 bytes; expected 359; going on from step 5 in /run/cell/generation-00000001",
      ]
    `);
  });

  test('drops a torn one, not the one before it, when the next is kept', async () => {
    const { save, load } = store();
    await save(checkpointOf(5));
    await save(checkpointOf(10));
    await rm(join(folder, 'generation-00000002', 'training.json'));
    await load();
    await save(checkpointOf(11));
    expect(await generations()).toEqual(['generation-00000001', 'generation-00000003']);
  });

  test('is an error if none is sound', async () => {
    await store().save(checkpointOf(5));
    await store().save(checkpointOf(10));
    await writeFile(join(folder, 'generation-00000001', 'training.json'), '{"format": "mine"}');
    await writeFile(join(folder, 'generation-00000002', 'training.json'), '{"format":');
    expect(await failure(store().load())).toMatchInlineSnapshot(
      `"CheckpointError: /run/cell/generation-00000002: training.json is not JSON; /run/cell/generation-00000001: training.json has format "mine"; expected "working-papers training 1"; there is no sound checkpoint: remove /run/cell to begin anew"`,
    );
    expect(notices).toEqual([]);
  });

  test('ignores and clears away what a process that was killed has left', async () => {
    await store().save(checkpointOf(5));
    await mkdir(join(folder, '.writing-of-a-killed-process'));
    await writeFile(join(folder, '.writing-of-a-killed-process', 'state.safetensors'), 'half');
    expect((await store().load())?.step).toBe(5);
    await store().save(checkpointOf(6));
    expect(await generations()).toEqual(['generation-00000001', 'generation-00000002']);
  });

  test('that cannot be made is an error, and leaves nothing behind', async () => {
    await writeFile(join(parent, 'run'), 'a file');
    expect(await failure(store().save(checkpointOf(5)))).toMatchInlineSnapshot(
      `"CheckpointError: /run/cell: the checkpoint of step 5 cannot be written: ENOTDIR: not a directory, mkdir '/run/cell'; make the folder writable, with 1 MB free, and go on from the checkpoint before"`,
    );
    expect(await failure(store().load())).toMatchInlineSnapshot(
      `"CheckpointError: /run/cell: cannot be read: ENOTDIR: not a directory, scandir '/run/cell'"`,
    );
    expect(await readdir(parent)).toEqual(['run']);
  });
});

describe('the two files of a checkpoint', () => {
  test('whatever byte is changed, and wherever one is cut, they are refused', async () => {
    const files = await encodeCheckpoint(checkpointOf(7));
    const name = fc.constantFrom('state.safetensors' as const, 'training.json' as const);
    await fc.assert(
      fc.asyncProperty(
        name,
        fc.nat(),
        fc.integer({ min: 1, max: 255 }),
        async (which, at, flip) => {
          const position = at % files[which].length;
          const changed = files[which].slice();
          changed[position] = (changed[position] ?? 0) ^ flip;
          const isSpace = (byte: number | undefined) => [9, 10, 13, 32].includes(byte ?? -1);
          // White space in JSON means nothing.
          fc.pre(!(isSpace(files[which][position]) && isSpace(changed[position])));
          await expect(decodeCheckpoint({ ...files, [which]: changed })).rejects.toMatchObject({
            name: 'CheckpointError',
          });
          const cut = files[which].slice(0, Math.min(position, files[which].length - 2));
          await expect(decodeCheckpoint({ ...files, [which]: cut })).rejects.toMatchObject({
            name: 'CheckpointError',
          });
        },
      ),
      { seed: 1, numRuns: 300 },
    );
  });

  test('of two checkpoints do not go together', async () => {
    const [old, latest] = [
      await encodeCheckpoint(checkpointOf(1)),
      await encodeCheckpoint(checkpointOf(2)),
    ];
    const mixed = { ...old, 'state.safetensors': latest['state.safetensors'] };
    expect(await failure(decodeCheckpoint(mixed))).toMatchInlineSnapshot(
      `"CheckpointError: state.safetensors is not as it was written; its SHA-256 differs"`,
    );
  });
});

async function failure(result: Promise<unknown>): Promise<string> {
  return result.then(
    () => 'no error',
    (error: unknown) => String(error).replaceAll(parent, ''),
  );
}
