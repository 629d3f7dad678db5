import type { DType, TypedArray } from '../dtype.ts';

/** A value that goes into or comes out of a session. */
export interface RuntimeTensor {
  readonly dtype: DType;
  readonly shape: readonly number[];
  readonly data: TypedArray;
}

/** A compiled graph, ready to run. */
export interface Session {
  /** Runs the graph once. Inputs and outputs go by name. */
  readonly run: (
    inputs: Readonly<Record<string, RuntimeTensor>>,
  ) => Promise<Record<string, RuntimeTensor>>;
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
  /** For example `node-cpu` or `web-wasm`. */
  readonly name: string;
  /** Threads that one operation may use. */
  readonly threads: number;
  /** Version of the runtime. */
  readonly version: string;
  readonly capabilities: Capabilities;
  readonly createSession: (model: Uint8Array, options: SessionOptions) => Promise<Session>;
}

/** What a backend can run, for lowerings that differ between backends. */
export interface Capabilities {
  /**
   * Whether an operator runs there natively and right, for example `Sign` or
   * `com.microsoft.FusedMatMul`; where it does not, operations are composed of others.
   */
  readonly supports: (operator: string) => boolean;
}
