import type { Tensor as OrtTensor } from 'onnxruntime-common';
import { dtypes, type TypedArray } from '../dtype.ts';
import { ConfigError } from '../errors.ts';
import type { DeviceArray, DeviceTensor } from './backend.ts';
import type { TaskQueue } from './taskQueue.ts';

const held = new WeakMap<DeviceArray, OrtTensor>();

// Freed for those who forget: collection of garbage knows nothing of how full a device is.
const forgotten = new FinalizationRegistry<() => void>((free) => free());

/**
 * What a session has given out on a device. ONNX Runtime frees a session's memory with the session, so
 * the session lives until the last of it is freed; and nothing may enter the runtime during a run.
 */
export class DeviceMemory {
  private readonly backend: string;
  private readonly queue: TaskQueue;
  private readonly close: () => Promise<void>;
  private live = 0;
  private isClosing = false;

  /** @param options - `close`: frees the session itself. */
  constructor(options: {
    readonly backend: string;
    readonly queue: TaskQueue;
    readonly close: () => Promise<void>;
  }) {
    this.backend = options.backend;
    this.queue = options.queue;
    this.close = options.close;
  }

  /** An output that stays where it is, as the engine passes it on. */
  hold(tensor: OrtTensor): DeviceTensor {
    const dtype = dtypes.find((known) => known === tensor.type);
    if (dtype === undefined) throw new Error(`internal: an output has element type ${tensor.type}`);
    const { backend, queue } = this;
    this.live++;
    // It must not refer to `device`, which would then never be forgotten.
    const free = () => {
      void queue.add(() => this.free(tensor));
    };
    const device: DeviceArray = {
      backend,
      read: () => {
        const usable = heldBy(device);
        return queue.add(() => readBack(usable));
      },
      dispose: () => {
        if (!held.delete(device)) return;
        forgotten.unregister(device);
        free();
      },
    };
    held.set(device, tensor);
    forgotten.register(device, free, device);
    return { dtype, shape: tensor.dims, device };
  }

  /** Closes the session, now or when the last of its memory is freed. */
  async release(): Promise<void> {
    this.isClosing = true;
    await this.queue.add(() => this.closeIfUnused());
  }

  private async free(tensor: OrtTensor): Promise<void> {
    tensor.dispose();
    this.live--;
    await this.closeIfUnused();
  }

  private async closeIfUnused(): Promise<void> {
    if (this.isClosing && this.live === 0) await this.close();
  }
}

/**
 * The runtime's own tensor behind a value on a device.
 *
 * @throws {ConfigError} If it was disposed.
 */
export function heldBy(device: DeviceArray): OrtTensor {
  const tensor = held.get(device);
  if (tensor === undefined) {
    throw new ConfigError(
      `data: the tensor on ${device.backend} was freed, by dispose or by a call that it was donated to; use the result of that call`,
    );
  }
  return tensor;
}

async function readBack(tensor: OrtTensor): Promise<TypedArray> {
  const data = await tensor.getData();
  if (!isTypedArray(data)) {
    throw new Error(`internal: an output of type ${tensor.type} is no array`);
  }
  return data;
}

function isTypedArray(data: unknown): data is TypedArray {
  return ArrayBuffer.isView(data);
}
