import {
  CheckpointError,
  flattenTensors,
  mapTensors,
  tensor,
  type Safetensor,
  type SafetensorsDType,
  type Shape,
  type Tensor,
  type TypedArray,
} from '@working-papers/grad';
import { firstDifference } from './configuration.ts';

/** Training after a number of steps: all that an exact continuation needs. */
export interface Checkpoint {
  /** Steps done. */
  readonly step: number;
  /** The state by path, for example `params.layers.0.w`. */
  readonly tensors: Readonly<Record<string, Safetensor>>;
  /** What the run is besides its state, as plain JSON: keys, settings of the optimiser, data. */
  readonly config: unknown;
  /** Of the last step. */
  readonly loss: number;
  readonly metrics: Readonly<Record<string, number>>;
}

/** Where the checkpoints of one run are kept. */
export interface CheckpointStore {
  /** What messages call it, for example a folder's path. */
  readonly place: string;
  /**
   * The latest checkpoint; null if there is none.
   *
   * @throws {CheckpointError} If there are some and none can be used.
   */
  readonly load: () => Promise<Checkpoint | null>;
  /**
   * Keeps a checkpoint: a later `load`, even after a crash, finds it or the one before, each whole.
   *
   * @throws {CheckpointError} If it cannot be kept.
   */
  readonly save: (checkpoint: Checkpoint) => Promise<void>;
}

/** A store that lasts as long as the page or process: for pages, tests and runs that pause. */
export function memoryCheckpoints(): CheckpointStore {
  let latest: Checkpoint | null = null;
  return {
    place: 'memory',
    load: () => Promise.resolve(latest),
    save: (checkpoint) => {
      latest = checkpoint;
      return Promise.resolve();
    },
  };
}

/**
 * The tensors of a state by path, with their numbers on the host.
 *
 * @param state - Any tree of concrete tensors.
 */
export async function storedTensors(state: unknown): Promise<Record<string, Safetensor>> {
  const tensors: Record<string, Safetensor> = {};
  for (const { path, value } of flattenTensors(state)) {
    tensors[path] = storedTensor(value, await value.data());
  }
  return tensors;
}

/**
 * The state of a checkpoint.
 *
 * @param template - A state of the same form, such as the one before the first step.
 * @param place - What messages call the store.
 * @throws {CheckpointError} If the checkpoint is of another model, or of a run with another `config`;
 * the message names the path and both shapes or values.
 */
export function restoreState<State>(
  checkpoint: Checkpoint,
  run: { readonly template: State; readonly config: unknown; readonly place: string },
): State {
  const { tensors } = checkpoint;
  const refuse = (problem: string) => {
    throw new CheckpointError(
      `train: ${problem}; the checkpoint in ${run.place} is of another run: use another place, or continue that run`,
    );
  };
  const left = new Set(Object.keys(tensors));
  const state = mapTensors(run.template, (value, path) => {
    const stored = tensors[path];
    left.delete(path);
    const [own, its] = [
      describe(value.dtype, value.shape),
      stored ? describeStored(stored) : 'absent',
    ];
    if (own !== its) refuse(`${path || 'the state'} is ${its} in the checkpoint and ${own} here`);
    return stored ? tensor(stored.data, { shape: stored.shape }) : value;
  });
  const [path] = left;
  const extra = path === undefined ? undefined : tensors[path];
  if (extra) refuse(`${path} is ${describeStored(extra)} in the checkpoint and absent here`);
  const difference = firstDifference(checkpoint.config, run.config);
  if (difference) {
    const { path: key, values } = difference;
    refuse(`config ${key} is ${values[0]} in the checkpoint and ${values[1]} here`);
  }
  return state;
}

const dtypeNames = {
  F64: 'float64',
  F32: 'float32',
  F16: 'float16',
  BF16: 'bfloat16',
  I64: 'int64',
  I32: 'int32',
  U8: 'uint8',
  BOOL: 'bool',
} as const satisfies Record<SafetensorsDType, string>;

function storedTensor({ shape, dtype }: Tensor, data: TypedArray): Safetensor {
  if (data instanceof Float32Array) return { dtype: 'F32', shape, data };
  if (data instanceof Float64Array) return { dtype: 'F64', shape, data };
  if (data instanceof BigInt64Array) return { dtype: 'I64', shape, data };
  if (data instanceof Uint8Array) return { dtype: 'BOOL', shape, data };
  // WebGPU keeps int64 as int32.
  if (dtype === 'int64') return { dtype: 'I64', shape, data: BigInt64Array.from(data, BigInt) };
  return { dtype: 'I32', shape, data };
}

function describe(dtype: string, shape: Shape): string {
  return `${dtype} [${shape.join(', ')}]`;
}

function describeStored({ dtype, shape }: Safetensor): string {
  return describe(dtypeNames[dtype], shape);
}
