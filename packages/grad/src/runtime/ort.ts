import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import { dtypes, type TypedArray } from '../dtype.ts';
import { ConfigError, RuntimeUnavailableError } from '../errors.ts';
import type { DeviceTensor, RuntimeTensor, Session, SessionInputs } from './backend.ts';
import { DeviceMemory, heldBy } from './deviceMemory.ts';
import { TaskQueue } from './taskQueue.ts';

/** What onnxruntime-node and onnxruntime-web have in common. */
export interface OrtModule {
  readonly InferenceSession: {
    readonly create: (
      model: Uint8Array,
      options: InferenceSession.SessionOptions,
    ) => Promise<InferenceSession>;
  };
  readonly Tensor: TensorConstructor;
}

/** A runtime with what is asked of it. */
export interface OrtSetting {
  readonly ort: OrtModule;
  /** Name of the backend. */
  readonly name: string;
  readonly options: InferenceSession.SessionOptions;
  /** Whether graphs take int64 as it is and not as int32. Default true. */
  readonly keepsInt64?: boolean;
  /**
   * Given where outputs stay on a device: what enters the runtime, from any session, goes through it.
   * Default a queue for the session alone, whose outputs are on the host.
   */
  readonly deviceQueue?: TaskQueue;
}

/**
 * A session of ONNX Runtime behind the engine's interface.
 *
 * @throws {RuntimeUnavailableError} If the runtime does not accept the graph.
 */
export async function createOrtSession(model: Uint8Array, setting: OrtSetting): Promise<Session> {
  const { name, deviceQueue } = setting;
  // One run at a time: no runtime promises that a session can be entered twice.
  const queue = deviceQueue ?? new TaskQueue();
  const session = await queue.add(() => createOrExplain(model, setting));
  const memory = new DeviceMemory({ backend: name, queue, close: () => session.release() });
  let isReleased = false;
  const run = async (inputs: SessionInputs): Promise<OrtOutputs> => {
    if (isReleased) {
      throw new ConfigError('session: used after release; compile the function again');
    }
    const feeds = await feedsOf(inputs, setting);
    return queue.add(() => session.run(feeds));
  };
  const runOnDevice = async (inputs: SessionInputs) =>
    mapValues(await run(inputs), (value) => memory.hold(value));
  return {
    run: async (inputs) =>
      deviceQueue ? readAll(await runOnDevice(inputs)) : mapValues(await run(inputs), fromOrt),
    ...(deviceQueue && { runOnDevice }),
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      await memory.release();
    },
  };
}

type OrtOutputs = Readonly<Record<string, OrtTensor>>;

/** Has the runtime refuse a graph of which it would leave a part to the CPU. */
export function refuseFallback(): InferenceSession.SessionOptions {
  return { extra: { session: { disable_cpu_ep_fallback: '1' } } };
}

async function createOrExplain(
  model: Uint8Array,
  { ort, name, options }: OrtSetting,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, options);
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    const problem = reason.includes('fallback to CPU EP has been explicitly disabled')
      ? `${name} would run a part of the graph on the CPU; use another backend, or allow it with allowFallback`
      : `ONNX Runtime does not accept the graph: ${reason}`;
    throw new RuntimeUnavailableError(`compile: ${problem}`, { cause });
  }
}

/** The runtime's tensors; those that are on the device already are looked up before anything waits. */
async function feedsOf(
  inputs: SessionInputs,
  setting: OrtSetting,
): Promise<Record<string, OrtTensor>> {
  const found = Object.entries(inputs).map(
    ([name, value]): [string, OrtTensor | Promise<OrtTensor>] => {
      const isOwn = 'device' in value && value.device.backend === setting.name;
      // int64 goes in as int32, which only the host can make of it.
      if (isOwn && value.dtype !== 'int64') return [name, heldBy(value.device)];
      return [name, onHost(value).then((read) => toOrt(setting, { name, value: read }))];
    },
  );
  const feeds: Record<string, OrtTensor> = {};
  for (const [name, feed] of found) feeds[name] = await feed;
  return feeds;
}

async function onHost(value: RuntimeTensor | DeviceTensor): Promise<RuntimeTensor> {
  if ('data' in value) return value;
  return { dtype: value.dtype, shape: value.shape, data: await value.device.read() };
}

function toOrt(
  { ort, name: backend, keepsInt64 = true }: OrtSetting,
  { name, value }: { name: string; value: RuntimeTensor },
): OrtTensor {
  const { dtype, shape, data } = value;
  if (!keepsInt64 && data instanceof BigInt64Array) {
    const large = data.find((element) => BigInt.asIntN(32, element) !== element);
    if (large !== undefined) {
      throw new ConfigError(
        `session: ${name} holds ${large}, and ${backend} keeps int64 as int32; use another backend`,
      );
    }
    return new ort.Tensor('int32', Int32Array.from(data, Number), shape);
  }
  // The constructor's overloads tie each element type to its array, as RuntimeTensor does not.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return new ort.Tensor(dtype as 'float32', data as Float32Array, shape);
}

function fromOrt(value: OrtTensor): RuntimeTensor {
  const dtype = dtypes.find((known) => known === value.type);
  const { data } = value;
  if (dtype === undefined || !isTypedArray(data)) {
    throw new Error(`internal: an output has element type ${value.type}`);
  }
  return { dtype, shape: value.dims, data };
}

function isTypedArray(data: unknown): data is TypedArray {
  return ArrayBuffer.isView(data);
}

async function readAll(
  values: Readonly<Record<string, DeviceTensor>>,
): Promise<Record<string, RuntimeTensor>> {
  const read: Record<string, RuntimeTensor> = {};
  for (const [name, value] of Object.entries(values)) {
    read[name] = await onHost(value);
    value.device.dispose();
  }
  return read;
}

function mapValues<From, To>(
  values: Readonly<Record<string, From>>,
  transform: (value: From) => To,
): Record<string, To> {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name, transform(value)]),
  );
}
