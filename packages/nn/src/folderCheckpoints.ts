import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { CheckpointError } from '@working-papers/grad';
import type { Checkpoint, CheckpointStore } from './checkpoint.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpointFiles.ts';

/** Options of {@link folderCheckpoints}. */
export interface FolderCheckpointOptions {
  /** Told, in one line, if the latest checkpoint is damaged and the one before is taken. */
  readonly onNotice: (notice: string) => void;
}

const kept = 2;
const temporaryPrefix = '.writing-';

/**
 * Checkpoints in a folder: the last two, each in a folder of its own, `generation-00000007`. One appears
 * there by a single rename, with both files on the disk, so that neither a crash nor a loss of power
 * leaves half of it. One process at a time may use a folder.
 *
 * @param folder - Made with the first checkpoint.
 */
export function folderCheckpoints(
  folder: string,
  { onNotice }: FolderCheckpointOptions,
): CheckpointStore {
  /** Generations that were found damaged: no reason to keep them instead of a good one. */
  const damaged = new Set<number>();
  return {
    place: folder,
    load: async () => {
      const problems: string[] = [];
      for (const generation of (await generationsIn(folder)).toReversed()) {
        const path = pathOf(folder, generation);
        try {
          const checkpoint = await readGeneration(path);
          if (problems.length > 0) {
            onNotice(`${problems.join('; ')}; going on from step ${checkpoint.step} in ${path}`);
          }
          return checkpoint;
        } catch (error) {
          damaged.add(generation);
          problems.push(`${path}: ${messageOf(error)}`);
        }
      }
      if (problems.length === 0) return null;
      throw new CheckpointError(
        `${problems.join('; ')}; there is no sound checkpoint: remove ${folder} to begin anew`,
      );
    },
    save: async (checkpoint) => {
      const files = await encodeCheckpoint(checkpoint);
      try {
        await mkdir(folder, { recursive: true });
        await removeUnfinished(folder);
        const generations = await generationsIn(folder);
        const generation = (generations.at(-1) ?? 0) + 1;
        await writeGeneration(folder, pathOf(folder, generation), Object.entries(files));
        const good = [...generations.filter((each) => !damaged.has(each)), generation];
        await prune(folder, new Set(good.slice(-kept)));
      } catch (cause) {
        const megabytes = Math.ceil(files['state.safetensors'].length / 1e6);
        throw new CheckpointError(
          `${folder}: the checkpoint of step ${checkpoint.step} cannot be written: ${messageOf(cause)}; make the folder writable, with ${megabytes} MB free, and go on from the checkpoint before`,
          { cause },
        );
      }
    },
  };
}

async function readGeneration(path: string): Promise<Checkpoint> {
  return decodeCheckpoint({
    'training.json': await readWhole(join(path, 'training.json')),
    'state.safetensors': await readWhole(join(path, 'state.safetensors')),
  });
}

async function readWhole(path: string): Promise<Uint8Array<ArrayBuffer>> {
  const { buffer, byteOffset, byteLength } = await readFile(path);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

async function writeGeneration(
  folder: string,
  path: string,
  files: readonly (readonly [name: string, bytes: Uint8Array])[],
): Promise<void> {
  const temporary = join(folder, `${temporaryPrefix}${randomUUID()}`);
  try {
    await mkdir(temporary);
    for (const [name, bytes] of files) {
      const file = await open(join(temporary, name), 'wx');
      try {
        await file.writeFile(bytes);
        await file.sync();
      } finally {
        await file.close();
      }
    }
    await syncFolder(temporary);
    await rename(temporary, path);
    await syncFolder(folder);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true }).catch(() => undefined);
    throw error;
  }
}

/** Removes what processes that were killed have left. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.startsWith(temporaryPrefix)) await rm(join(folder, name), { recursive: true });
  }
}

async function prune(folder: string, keep: ReadonlySet<number>): Promise<void> {
  for (const generation of await generationsIn(folder)) {
    if (!keep.has(generation)) await rm(pathOf(folder, generation), { recursive: true });
  }
}

/** A rename is on the disk once its folder is; Windows does that by itself and refuses to be asked. */
async function syncFolder(folder: string): Promise<void> {
  if (process.platform === 'win32') return;
  const handle = await open(folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** In ascending order; none if there is no folder. */
async function generationsIn(folder: string): Promise<readonly number[]> {
  const names = await readdir(folder).catch((cause: unknown) => {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return [];
    throw new CheckpointError(`${folder}: cannot be read: ${messageOf(cause)}`, { cause });
  });
  return names.flatMap((name) => generationOf(name) ?? []).toSorted((a, b) => a - b);
}

function pathOf(folder: string, generation: number): string {
  return join(folder, `generation-${String(generation).padStart(8, '0')}`);
}

function generationOf(name: string): number | null {
  const [, digits] = /^generation-(\d{8,15})$/.exec(name) ?? [];
  return digits === undefined ? null : Number(digits);
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
