import type { Settings } from './program.ts';

/** What a process or page can be: one of our backends, or a rival. */
export type Runner = 'node' | 'wasm' | 'tfjs' | 'jax' | 'pytorch';

/** Makes the program and its first step. */
export interface StartRequest {
  readonly op: 'start';
  readonly runner: Runner;
  readonly program: string;
  readonly settings: Settings;
  /** Which way of writing the same step; only PyTorch has several. */
  readonly form: string;
  readonly threads: number;
  /** The safetensors file of the program's inputs, for those who cannot make them. */
  readonly inputs: string;
}

/** Makes some steps. */
export interface TurnRequest {
  readonly op: 'turn';
  readonly steps: number;
}

/** What the harness asks of a process or page, one thing at a time. */
export type Request = StartRequest | TurnRequest;

/** The answer to either request. */
export interface Reply {
  /** Wall-clock time of the steps together; of a start, of all until the first loss was read. */
  readonly ms: number;
  /** What each step returned. */
  readonly losses: readonly number[];
  /** Name and version of what ran, as in `onnxruntime-node 1.30.0`. */
  readonly version: string;
}

/** The answer where a program cannot run. */
export interface Failure {
  readonly error: string;
}
