import { ConfigError } from '../errors.ts';
import { encodeModel } from '../onnx/model.ts';
import { lowerGraph, type NamedTensor } from '../onnx/lower.ts';
import type { Backend, Session } from '../runtime/backend.ts';
import { formatShape } from '../shape.ts';
import { constantTensor, hostData, inputTensor, isConcrete, Tensor } from '../tensor.ts';
import { flatten, flattenTensors, mapTensors } from '../tree.ts';
import { cleanUp, type CleanUpOptions } from './cleanUp.ts';
import { topologicalOrder } from './order.ts';

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
  /** Graphs that may be compiled before it is taken for a mistake. Default 20. */
  readonly maxSignatures?: number;
}

/** A function that runs as one graph. */
export interface Compiled<Args extends readonly unknown[], Result> {
  (...args: Args): Promise<Result>;
  /** The ONNX file of the graph for these arguments; loads in any ONNX runtime. */
  readonly toOnnx: (...args: Args) => Uint8Array;
  /** How many graphs were compiled: one for each combination of shapes, types and settings. */
  readonly signatureCount: () => number;
  /** Frees all sessions; later calls fail. */
  readonly dispose: () => Promise<void>;
}

interface Entry {
  readonly session: Promise<Session>;
  readonly inputNames: readonly string[];
  /** The function's result with a place for each output. */
  readonly template: unknown;
  readonly outputNames: readonly string[];
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
 */
export function compile<Args extends readonly unknown[], Result>(
  fn: (...args: Args) => Result,
  options: CompileOptions,
): Compiled<Args, Result> {
  const { backend, optimization = 'basic', maxSignatures = 20 } = options;
  const name = options.name ?? (fn.name || 'compiled function');
  const entries = new Map<string, Entry>();
  let isDisposed = false;

  const prepare = (args: Args): Entry => {
    const { model, ...rest } = trace(fn, { args, name, options });
    return { ...rest, session: backend.createSession(model, { optimization }) };
  };
  const call = async (...args: Args): Promise<Result> => {
    if (isDisposed) throw new ConfigError(`${name}: called after dispose; compile it again`);
    const signature = signatureOf(name, args);
    let entry = entries.get(signature);
    if (entry === undefined) {
      if (entries.size >= maxSignatures)
        throw tooManySignatures(name, [...entries.keys(), signature]);
      entry = prepare(args);
      entries.set(signature, entry);
    }
    return runEntry<Result>(entry, args);
  };
  return Object.assign(call, {
    toOnnx: (...args: Args) => {
      signatureOf(name, args);
      return trace(fn, { args, name, options }).model;
    },
    signatureCount: () => entries.size,
    dispose: async () => {
      isDisposed = true;
      const released = [...entries.values()].map(({ session }) =>
        // A session that could not be made was reported to whoever called; there is nothing to free.
        session.then(
          (made) => made.release(),
          () => undefined,
        ),
      );
      entries.clear();
      await Promise.all(released);
    },
  });
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

async function runEntry<Result>(entry: Entry, args: readonly unknown[]): Promise<Result> {
  const session = await entry.session;
  const leaves = flattenTensors(args);
  const outputs = await session.run(
    Object.fromEntries(
      entry.inputNames.map((name, i) => {
        const value = leaves[i]?.value;
        if (value === undefined) throw new Error('internal: arguments changed during the call');
        return [name, { dtype: value.dtype, shape: value.shape, data: hostData(value) }];
      }),
    ),
  );
  let next = 0;
  // The template was made by the function itself, so the result has its type.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  return mapTensors(entry.template, (place) => {
    const output = outputs[entry.outputNames[next++] ?? ''];
    if (output === undefined) throw new Error('internal: the session returned too few outputs');
    return constantTensor({ data: output.data }, { shape: place.shape, dtype: place.dtype });
  }) as Result;
}

function trace<Args extends readonly unknown[]>(
  fn: (...args: Args) => unknown,
  { args, name, options }: { args: Args; name: string; options: CompileOptions },
): Omit<Entry, 'session'> & { model: Uint8Array } {
  const inputs: NamedTensor[] = [];
  const places = mapTensors(args, (value, path) => {
    const place = inputTensor(path, { shape: value.shape, dtype: value.dtype });
    inputs.push({ name: `in.${path}`, value: place });
    return place;
  });
  checkPaths(name, flattenTensors(args));
  const template = fn(...places);
  const leaves = flatten(template);
  const stranger = leaves.find(({ value }) => !(value instanceof Tensor));
  if (stranger !== undefined) {
    throw new ConfigError(
      `${name}: returns ${describe(stranger.value)} at ${stranger.path || 'the top'}; only tensors can leave a compiled function`,
    );
  }
  const results = flattenTensors(template);
  checkPaths(name, results);
  checkOrigin(
    name,
    results.map(({ value }) => value),
    inputs,
  );
  const cleaned = cleanUp(
    results.map(({ value }) => value),
    options.cleanUp,
  );
  const outputs = cleaned.map((value, i) => ({ name: `out.${results[i]?.path || i}`, value }));
  const graph = lowerGraph(inputs, outputs, options.backend.capabilities);
  return {
    model: encodeModel(graph),
    inputNames: inputs.map((input) => input.name),
    outputNames: outputs.map((output) => output.name),
    template,
  };
}

function checkPaths(name: string, leaves: readonly { path: string }[]): void {
  const paths = new Set<string>();
  for (const { path } of leaves) {
    if (paths.has(path)) {
      throw new ConfigError(`${name}: two tensors have the path ${path}; use keys without dots`);
    }
    paths.add(path);
  }
}

function checkOrigin(
  name: string,
  results: readonly Tensor[],
  inputs: readonly NamedTensor[],
): void {
  const own = new Set(inputs.map(({ value }) => value.node));
  const foreign = topologicalOrder(results).find((node) => node.name === 'input' && !own.has(node));
  if (foreign !== undefined) {
    throw new ConfigError(
      `${name}: uses input ${String(foreign.params['path'])} of another compiled function; pass it as an argument`,
    );
  }
}

function signatureOf(name: string, args: readonly unknown[]): string {
  return flatten(args)
    .map(({ path, value }) => {
      if (value instanceof Tensor) {
        if (!isConcrete(value)) {
          throw new ConfigError(
            `${name}: argument ${path} is the result of ${value.node.name}, a place in a graph; pass numbers, or build it inside the function`,
          );
        }
        return `${path}:${value.dtype}${formatShape(value.shape)}`;
      }
      if (!isSetting(value)) {
        throw new ConfigError(
          `${name}: argument ${path} is ${describe(value)}; expected a tensor or a plain setting (wrap numbers in tensor(...))`,
        );
      }
      return `${path}=${typeof value}:${String(value)}`;
    })
    .join('\n');
}

type Setting = null | undefined | number | string | boolean | bigint;

function isSetting(value: unknown): value is Setting {
  return (
    value === null || ['number', 'string', 'boolean', 'undefined', 'bigint'].includes(typeof value)
  );
}

function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (isSetting(value)) return `the ${typeof value} ${String(value)}`;
  if (typeof value === 'function') return `the function ${value.name || 'without a name'}`;
  return `an object of class ${value.constructor?.name ?? 'unknown'}`;
}

function tooManySignatures(name: string, signatures: readonly string[]): ConfigError {
  const columns = signatures.map((signature) => signature.split('\n'));
  const varying = (columns[0] ?? []).find((part, i) =>
    columns.some((column) => column[i] !== part),
  );
  return new ConfigError(
    `${name}: called with ${signatures.length} different signatures; ${varying ?? 'the form of the arguments'} varies. Pass varying numbers as tensors and keep shapes fixed, or raise maxSignatures`,
  );
}
