import { CheckpointError } from '@working-papers/grad';
import type { Checkpoint, CheckpointStore } from '@working-papers/nn';
import { decodeCheckpoint, encodeCheckpoint } from '@working-papers/nn/node';
import type { Checkpoints, ObjectStore } from '@working-papers/paper-kit';

/**
 * Checkpoints as objects `checkpoints/<address>/<code>-<training>`, one for each training, which the next
 * one replaces: whoever takes a cell over goes on from there, on whichever machine.
 *
 * @param code - Names the code that trains: a checkpoint of other code is not looked at.
 */
export function storedCheckpoints(objects: ObjectStore, code: string): Checkpoints {
  const keyOf = (address: string, name: string) => `checkpoints/${address}/${code}-${name}`;
  const opened = new Map<string, Set<string>>();
  /** Addresses that begin anew; without a list of objects nobody knows what an earlier process left. */
  const begunAnew = new Set<string>();
  return {
    open: (address, name) => {
      opened.set(address, (opened.get(address) ?? new Set()).add(name));
      const store = storedCheckpoint(objects, keyOf(address, name));
      if (!begunAnew.has(address)) return store;
      let isSaved = false;
      return {
        ...store,
        load: () => (isSaved ? store.load() : Promise.resolve(null)),
        save: async (checkpoint) => {
          await store.save(checkpoint);
          isSaved = true;
        },
      };
    },
    discard: async (address) => {
      begunAnew.add(address);
      for (const name of opened.get(address) ?? []) await objects.remove(keyOf(address, name));
    },
  };
}

function storedCheckpoint(objects: ObjectStore, key: string): CheckpointStore {
  const place = `${objects.place}/${key}`;
  return {
    place,
    load: async () => {
      const bytes = await objects.read(key);
      if (bytes === undefined) return null;
      try {
        return await unpack(bytes);
      } catch (cause) {
        const reason = cause instanceof Error ? cause.message : String(cause);
        throw new CheckpointError(`${place}: ${reason}; remove it to begin anew`, { cause });
      }
    },
    save: async (checkpoint) => objects.write(key, await pack(checkpoint)),
  };
}

/** The two files of a checkpoint in one object, so that they change together: size of the first, both. */
async function pack(checkpoint: Checkpoint): Promise<Uint8Array> {
  const files = await encodeCheckpoint(checkpoint);
  const [training, state] = [files['training.json'], files['state.safetensors']];
  const bytes = new Uint8Array(4 + training.length + state.length);
  new DataView(bytes.buffer).setUint32(0, training.length, true);
  bytes.set(training, 4);
  bytes.set(state, 4 + training.length);
  return bytes;
}

function unpack(bytes: Uint8Array): Promise<Checkpoint> {
  // A copy, because the state's numbers need a buffer of their own to be aligned in.
  const whole = bytes.slice();
  const size = whole.length < 4 ? 0 : new DataView(whole.buffer).getUint32(0, true);
  return decodeCheckpoint({
    'training.json': whole.slice(4, 4 + size),
    'state.safetensors': whole.slice(4 + size),
  });
}
