import type { InferenceSession, Tensor as OrtTensor, TensorConstructor } from 'onnxruntime-common';
import { dtypes, type DType, type TypedArray } from '../dtype.ts';
import { ConfigError, RuntimeUnavailableError } from '../errors.ts';
import type { RuntimeTensor, Session } from './backend.ts';

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

/** A session of ONNX Runtime behind the engine's interface. */
export async function createOrtSession(
  ort: OrtModule,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<Session> {
  const session = await createOrExplain(ort, model, options);
  let running: Promise<unknown> = Promise.resolve();
  let isReleased = false;
  const runOnce = async (inputs: Readonly<Record<string, RuntimeTensor>>) => {
    const feeds: Record<string, OrtTensor> = {};
    for (const [name, value] of Object.entries(inputs)) feeds[name] = toOrt(ort, value);
    const outputs = await session.run(feeds);
    return Object.fromEntries(
      Object.entries(outputs).map(([name, value]) => [name, fromOrt(name, value)]),
    );
  };
  return {
    run: async (inputs) => {
      if (isReleased) {
        throw new ConfigError('session: used after release; compile the function again');
      }
      // One run at a time: neither runtime promises that a session can be entered twice.
      const run = running.then(() => runOnce(inputs));
      running = run.catch(() => undefined);
      return run;
    },
    release: async () => {
      if (isReleased) return;
      isReleased = true;
      await running;
      await session.release();
    },
  };
}

async function createOrExplain(
  ort: OrtModule,
  model: Uint8Array,
  options: InferenceSession.SessionOptions,
): Promise<InferenceSession> {
  try {
    return await ort.InferenceSession.create(model, options);
  } catch (cause) {
    throw new RuntimeUnavailableError(
      `compile: ONNX Runtime does not accept the graph: ${cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

function toOrt(ort: OrtModule, value: RuntimeTensor): OrtTensor {
  // The constructor's overloads tie each element type to its array, as RuntimeTensor does not.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return new ort.Tensor(value.dtype as 'float32', value.data as Float32Array, value.shape);
}

function fromOrt(name: string, value: OrtTensor): RuntimeTensor {
  const dtype = dtypes.find((known) => known === value.type);
  const { data } = value;
  if (dtype === undefined || !isTypedArray(data)) {
    throw new Error(`internal: output ${name} has element type ${value.type}`);
  }
  return { dtype: dtype satisfies DType, shape: value.dims, data };
}

function isTypedArray(data: unknown): data is TypedArray {
  return ArrayBuffer.isView(data);
}
