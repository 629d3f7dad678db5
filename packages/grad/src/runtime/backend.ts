import type { DType, TypedArray } from '../dtype.ts';
import type { OnnxGraph } from '../onnx/model.ts';

/** A value on the host that goes into or comes out of a session. */
export interface RuntimeTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** A value that stays on a device between runs. */
export interface DeviceTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly device: DeviceArray;
}

/** Memory of a device. What nobody refers to any more is freed too, but only when it is noticed. */
export interface DeviceArray {
  /** Name of the backend that holds it. */
  readonly backend: string;
  /**
   * Copies the elements to the host.
   *
   * @throws {ConfigError} After `dispose`.
   */
  readonly read: () => Promise<TypedArray>;
  /** Frees the memory at once. */
  readonly dispose: () => void;
}

/** Values by name. */
export type SessionInputs = Readonly<Record<string, RuntimeTensor | DeviceTensor>>;

/** A compiled graph, ready to run. */
export interface Session {
  /** Runs the graph once; values of another device are read back first. */
  readonly run: (inputs: SessionInputs) => Promise<Record<string, RuntimeTensor>>;
  /** The same with outputs that stay on the device; only where a backend has one. */
  readonly runOnDevice?: (inputs: SessionInputs) => Promise<Record<string, DeviceTensor>>;
  /** Frees what the runtime holds; the session cannot be used afterwards. */
  readonly release: () => Promise<void>;
}

/** How a graph is prepared. */
export interface SessionOptions {
  /** `basic` for training graphs; `all` also fuses and prepacks constant weights. */
  readonly optimization: 'disabled' | 'basic' | 'all';
}

/** Something that runs ONNX graphs. */
export interface Backend {
  /** For example `node-cpu`, `web-wasm` or `web-webgpu`. */
  readonly name: string;
  /** Threads that one operation may use. */
  readonly threads: number;
  /** Version of the runtime. */
  readonly version: string;
  readonly capabilities: Capabilities;
  readonly createSession: (model: Uint8Array, options: SessionOptions) => Promise<Session>;
  /** Milliseconds that each node takes in one run, by name; only where the runtime measures it. */
  readonly profile?: (
    model: Uint8Array,
    options: SessionOptions,
    inputs: Readonly<Record<string, RuntimeTensor>>,
  ) => Promise<ReadonlyMap<string, number>>;
}

/** What a backend can run, for lowerings that differ between backends. */
export interface Capabilities {
  /**
   * Whether an operator runs there natively and right, for example `Sign` or
   * `com.microsoft.FusedMatMul`; where it does not, operations are composed of others. Two names mean
   * a use of an operator: `MaxPool.Indices` with the second output, `Conv.Multiplier` with several
   * outputs for each input of a group.
   *
   * @param dtype - Element type of what it computes with. Default float32.
   */
  readonly supports: (operator: string, dtype?: DType) => boolean;
  /**
   * Fits a graph to the element types of the backend, if it lacks any.
   *
   * @throws {RuntimeUnavailableError} If a part would silently run elsewhere.
   */
  readonly adapt?: (graph: OnnxGraph) => OnnxGraph;
}
