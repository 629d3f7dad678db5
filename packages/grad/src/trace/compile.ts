import { ConfigError } from '../errors.ts';
import { encodeModel } from '../onnx/model.ts';
import type { Backend } from '../runtime/backend.ts';
import type { Tensor } from '../tensor.ts';
import { flattenTensors } from '../tree.ts';
import type { CleanUpOptions } from './cleanUp.ts';
import { explainGraph, type Explanation } from './explain.ts';
import { createProgram, lowerTraced, type Program } from './program.ts';
import { signatureOf, tooManySignatures } from './signature.ts';
import { traceFunction } from './traceFunction.ts';

/** How a function is compiled. */
export interface CompileOptions {
  readonly backend: Backend;
  /** Name in error messages. Default the function's own name. */
  readonly name?: string;
  /**
   * `basic` for training steps, which use every intermediate; `all` for inference, where the runtime
   * fuses more. Default `basic`.
   */
  readonly optimization?: 'disabled' | 'basic' | 'all';
  readonly cleanUp?: CleanUpOptions;
  /**
   * Join the small tensors of a state that goes in and comes out into a few vectors, which makes steps
   * of small models faster. Unseen from outside, but that the arrays of such results share a buffer.
   * Default true.
   */
  readonly packState?: boolean;
  /**
   * After every call, look for the first operation that made NaN of numbers, or an infinity of finite
   * ones. Several times slower. Default false.
   */
  readonly checkFinite?: boolean;
  /**
   * Positions of arguments that a call uses up, such as the state of a step that returns the next one:
   * what they hold on a device is freed as soon as the result is there. Nothing happens to what is on
   * the host. Default none.
   */
  readonly donate?: readonly number[];
  /** Graphs that may be compiled before it is taken for a mistake. Default 20. */
  readonly maxSignatures?: number;
}

/** A function that runs as one graph. */
export interface Compiled<Args extends readonly unknown[], Result> {
  (...args: Args): Promise<Result>;
  /**
   * The same function, which rejects with the signal's reason once that is aborted: before it compiles,
   * before it runs, and after. A run itself cannot be broken off.
   */
  readonly withSignal: (signal: AbortSignal | undefined) => (...args: Args) => Promise<Result>;
  /** The ONNX file of the graph for these arguments; loads in any ONNX runtime. */
  readonly toOnnx: (...args: Args) => Uint8Array;
  /** What the graph for these arguments costs, by operation, measured where the backend can. */
  readonly explain: (...args: Args) => Promise<Explanation>;
  /** How many graphs were compiled: one for each combination of shapes, types and settings. */
  readonly signatureCount: () => number;
  /** Frees all sessions; later calls fail. */
  readonly dispose: () => Promise<void>;
}

/**
 * Compiles a function of trees of tensors into one ONNX graph per signature: the first call with
 * new shapes, element types or plain values traces and compiles, later calls only run.
 *
 * @param fn - Called with places instead of numbers, once per signature; it must return a tree of
 * tensors and use nothing random. Concrete tensors that it captures become constants.
 * @returns An asynchronous function of the same arguments, whose tensors must be concrete. Numbers
 * and strings among them are settings: another value is another graph, so pass what varies from step
 * to step (learning rates, temperatures) as tensors.
 * @throws {ConfigError} On calling: if an argument is a place of another trace or of an unknown
 * kind, if keys with dots make two paths the same, after `dispose`, and when more than
 * `maxSignatures` suggest that a varying value is passed as a setting.
 * @throws {RuntimeUnavailableError} On calling: if the backend lacks an operation; it names which.
 * @throws {DataError} On calling: if an operation refuses its values, for example an index out of range.
 * @throws {NonFiniteError} On calling, with `checkFinite`.
 */
export function compile<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
  options: CompileOptions,
): Compiled<Args, Result> {
  const { maxSignatures = 20, cleanUp = {}, checkFinite = false, donate = [] } = options;
  const name = options.name ?? (fn.name || 'compiled function');
  const programs = new Map<string, Program>();
  let isDisposed = false;

  const trace = (args: Args) =>
    traceFunction(fn, args, { name, cleanUp, recordsLines: checkFinite });
  const programFor = (args: Args): Program => {
    if (isDisposed) throw new ConfigError(`${name}: called after dispose; compile it again`);
    const signature = signatureOf(name, args);
    const known = programs.get(signature);
    if (known !== undefined) return known;
    if (programs.size >= maxSignatures) {
      throw tooManySignatures(name, [...programs.keys(), signature]);
    }
    const made = createProgram(name, trace(args), options);
    programs.set(signature, made);
    return made;
  };
  const call = async (signal: AbortSignal | undefined, args: Args): Promise<Result> => {
    signal?.throwIfAborted();
    const result = await programFor(args).run(leavesOf(args), signal);
    signal?.throwIfAborted();
    for (const position of donate) leavesOf([args[position]]).forEach((leaf) => leaf.dispose());
    // The template was made by the function itself, so the result has its type.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return result as Result;
  };
  return Object.assign((...args: Args) => call(undefined, args), {
    withSignal:
      (signal: AbortSignal | undefined) =>
      (...args: Args) =>
        call(signal, args),
    toOnnx: (...args: Args) => {
      signatureOf(name, args);
      return encodeModel(lowerTraced(trace(args), options));
    },
    explain: async (...args: Args) => {
      signatureOf(name, args);
      return explainGraph(trace(args), leavesOf(args), { ...options, name });
    },
    signatureCount: () => programs.size,
    dispose: async () => {
      isDisposed = true;
      const released = [...programs.values()].map((program) => program.release());
      programs.clear();
      await Promise.all(released);
    },
  });
}

function leavesOf(args: readonly unknown[]): readonly Tensor[] {
  return flattenTensors(args).map(({ value }) => value);
}

/**
 * The numbers of tensors that were built outside a compiled function.
 *
 * @param tree - Any tree of tensors.
 * @returns A tree of the same form with concrete tensors.
 */
export async function evaluate<T>(tree: T, options: CompileOptions): Promise<T> {
  const compiled = compile(() => tree, { name: 'evaluate', ...options });
  try {
    return await compiled();
  } finally {
    await compiled.dispose();
  }
}
