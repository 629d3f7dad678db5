// The parts of the rivals that the bench uses. They are installed only when it runs, so the type checker
// must not need them.

declare module '@tensorflow/tfjs' {
  export interface Tensor {
    readonly shape: number[];
    add(other: Tensor | number): Tensor;
    sub(other: Tensor | number): Tensor;
    mul(other: Tensor | number): Tensor;
    div(other: Tensor | number): Tensor;
    matMul(other: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
    relu(): Tensor;
    square(): Tensor;
    mean(axis?: number | number[], keepDims?: boolean): Tensor;
    sum(axis?: number | number[], keepDims?: boolean): Tensor;
    neg(): Tensor;
    sqrt(): Tensor;
    tanh(): Tensor;
    min(axis?: number, keepDims?: boolean): Tensor;
    cast(dtype: 'float32' | 'int32'): Tensor;
    greaterEqual(other: Tensor | number): Tensor;
    reshape(shape: number[]): Tensor;
    slice(begin: number[], size: number[]): Tensor;
    transpose(permutation?: number[]): Tensor;
    data(): Promise<Float32Array | Int32Array>;
    dispose(): void;
  }
  export interface Variable extends Tensor {
    assign(value: Tensor): void;
  }
  export interface Optimizer {
    minimize(loss: () => Tensor, returnCost: true): Tensor;
    dispose(): void;
  }
  export const train: {
    adam(learningRate: number, beta1: number, beta2: number, epsilon: number): Optimizer;
  };
  export const version: Readonly<Record<string, string>>;
  export function setBackend(name: string): Promise<boolean>;
  export function ready(): Promise<void>;
  export function tensor(
    values: Float32Array | Int32Array,
    shape: number[],
    dtype: 'float32' | 'int32',
  ): Tensor;
  export function variable(value: Tensor): Variable;
  export function matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor;
  export function oneHot(indices: Tensor, depth: number): Tensor;
  export function logSoftmax(x: Tensor, axis?: number): Tensor;
  export function softmax(x: Tensor, axis?: number): Tensor;
  export function gather(table: Tensor, indices: Tensor): Tensor;
  export function erf(x: Tensor): Tensor;
  export function topk(x: Tensor, k: number, sorted?: boolean): { values: Tensor; indices: Tensor };
  export function split(x: Tensor, count: number, axis?: number): Tensor[];
  export function tidy<T>(fn: () => T): T;
  type Save = (tensors: Tensor[]) => void;
  export function customGrad<Inputs extends Tensor[]>(
    fn: (...inputsAndSave: [...Inputs, Save]) => {
      value: Tensor;
      gradFunc: (dy: Tensor, saved: Tensor[]) => Tensor | Tensor[];
    },
  ): (...inputs: Inputs) => Tensor;
}

declare module '@tensorflow/tfjs-backend-wasm' {
  export function setWasmPaths(folder: string): void;
  export function setThreadsCount(count: number): void;
  export function getThreadsCount(): number;
}

declare module '@jax-js/jax' {
  export interface Array {
    readonly ref: Array;
    readonly shape: number[];
    add(other: Array | number): Array;
    sub(other: Array | number): Array;
    mul(other: Array | number): Array;
    div(other: Array | number): Array;
    mean(axis?: number | number[], options?: { keepdims?: boolean }): Array;
    sum(axis?: number | number[], options?: { keepdims?: boolean }): Array;
    neg(): Array;
    astype(dtype: string): Array;
    greaterEqual(other: Array | number): Array;
    reshape(shape: number[]): Array;
    transpose(permutation?: number[]): Array;
    slice(...index: (number | [] | [number] | [number, number] | null | Array)[]): Array;
    data(): Promise<Float32Array | Int32Array>;
    dispose(): void;
  }
  export type Tree = Array | Tree[] | { [key: string]: Tree };
  export function init(...devices: string[]): Promise<string[]>;
  export function defaultDevice(device: string): string;
  export function jit<Args extends Tree[], Result extends Tree>(
    fn: (...args: Args) => Result,
  ): (...args: Args) => Result;
  export function valueAndGrad<Params extends Tree, Rest extends Tree[]>(
    fn: (params: Params, ...rest: Rest) => Array,
  ): (params: Params, ...rest: Rest) => [Array, Params];
  export function blockUntilReady(value: Array): Promise<Array>;
  export const numpy: {
    readonly float32: string;
    readonly int32: string;
    array(values: Float32Array | Int32Array, options: { shape: number[]; dtype: string }): Array;
    matmul(a: Array, b: Array): Array;
    maximum(a: Array, b: Array | number): Array;
    exp(x: Array): Array;
    sqrt(x: Array): Array;
    square(x: Array): Array;
    tanh(x: Array): Array;
    take(x: Array, indices: Array, axis?: number): Array;
    zeros(shape: number[]): Array;
  };
  export const nn: {
    relu(x: Array): Array;
    silu(x: Array): Array;
    oneHot(x: Array, classes: number): Array;
    logSoftmax(x: Array, axis?: number): Array;
    softmax(x: Array, axis?: number): Array;
    gelu(x: Array, options?: { approximate?: boolean }): Array;
  };
  type Padding = [number, number][];
  export const lax: {
    conv(x: Array, kernel: Array, strides: number[], padding: Padding): Array;
    convTranspose(
      x: Array,
      kernel: Array,
      strides: number[],
      padding: Padding,
      options: { transposeKernel: boolean },
    ): Array;
    topK(x: Array, k: number, axis?: number): [Array, Array];
    stopGradient(x: Array): Array;
  };
}
