import { ConfigError } from '../errors.ts';
import type { NamedTensor } from '../onnx/lower.ts';
import { inputTensor, Tensor } from '../tensor.ts';
import { flatten, flattenTensors, mapTensors } from '../tree.ts';
import { cleanUp, type CleanUpOptions } from './cleanUp.ts';
import { topologicalOrder } from './order.ts';
import { recordOrigins } from './origin.ts';
import { describe } from './signature.ts';

/** A function as a graph. */
export interface Traced {
  /** One for each tensor of the arguments, in their order. */
  readonly inputs: readonly NamedTensor[];
  /** One for each tensor of the result, in their order. */
  readonly outputs: readonly NamedTensor[];
  /** The result with a place for each output, apart from the graph. */
  readonly template: unknown;
}

/** How a function is traced. */
export interface TraceOptions {
  /** Name in error messages. */
  readonly name: string;
  readonly cleanUp: CleanUpOptions;
  /** Whether nodes remember the lines that built them. */
  readonly recordsLines: boolean;
}

/**
 * Calls a function with places instead of numbers and cleans up the graph that it builds.
 *
 * @throws {ConfigError} If the result holds anything but tensors, two leaves have the same path, or
 * the graph uses an input of another function.
 */
export function traceFunction<Args extends readonly unknown[]>(
  fn: (...args: Args) => unknown,
  args: Args,
  options: TraceOptions,
): Traced {
  const { name, recordsLines } = options;
  checkPaths(name, flattenTensors(args));
  const inputs: NamedTensor[] = [];
  const places = mapTensors(args, (value, path) => {
    const place = inputTensor(path, { shape: value.shape, dtype: value.dtype });
    inputs.push({ name: `in.${path}`, value: place });
    return place;
  });
  const build = () => {
    const result = fn(...places);
    checkResult(name, result, inputs);
    const results = flattenTensors(result);
    const values = cleanUp(
      results.map(({ value }) => value),
      options.cleanUp,
    );
    const outputs = values.map((value, i) => ({ name: `out.${results[i]?.path || i}`, value }));
    const template = mapTensors(result, ({ shape, dtype }) => inputTensor('', { shape, dtype }));
    return { inputs, outputs, template };
  };
  return recordsLines ? recordOrigins(build) : build();
}

function checkResult(name: string, result: unknown, inputs: readonly NamedTensor[]): void {
  const stranger = flatten(result).find(({ value }) => !(value instanceof Tensor));
  if (stranger !== undefined) {
    throw new ConfigError(
      `${name}: returns ${describe(stranger.value)} at ${stranger.path || 'the top'}; only tensors can leave a compiled function`,
    );
  }
  const results = flattenTensors(result);
  checkPaths(name, results);
  const own = new Set(inputs.map(({ value }) => value.node));
  const foreign = topologicalOrder(results.map(({ value }) => value)).find(
    (node) => node.name === 'input' && !own.has(node),
  );
  if (foreign !== undefined) {
    throw new ConfigError(
      `${name}: uses input ${String(foreign.params['path'])} of another compiled function; pass it as an argument`,
    );
  }
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
