import { isFloat, type TypedArray } from '../dtype.ts';
import { NonFiniteError } from '../errors.ts';
import { encodeModel } from '../onnx/model.ts';
import { lowerGraph, type NamedTensor } from '../onnx/lower.ts';
import { concat } from '../ops/concat.ts';
import type { RuntimeTensor } from '../runtime/backend.ts';
import { formatShape, type Shape } from '../shape.ts';
import { contentOf, hostData, ones, outputsOf, type Tensor } from '../tensor.ts';
import type { CompileOptions } from './compile.ts';
import { topologicalOrder } from './order.ts';
import type { RunResults } from './program.ts';
import { builtAt } from './runtimeErrors.ts';
import type { Traced } from './traceFunction.ts';

/** Watches over every value of a graph. */
export interface FiniteGuard {
  /** Two numbers for each watched value: whether it is free of NaN, and whether it is finite. */
  readonly output: NamedTensor;
  /** Throws if the run made NaN or infinities of finite numbers. */
  readonly check: (leaves: readonly Tensor[], results: RunResults) => Promise<void>;
}

/** What is known of a value. */
interface Health {
  readonly isNumber: boolean;
  readonly isFinite: boolean;
}

const healthy: Health = { isNumber: true, isFinite: true };

/**
 * Adds to a graph what finds the first operation that made NaN of numbers, or infinities of finite
 * ones. Infinities that come in, for example in a mask, are none of its concern.
 */
export function finiteGuard(name: string, traced: Traced, options: CompileOptions): FiniteGuard {
  const order = topologicalOrder(traced.outputs.map(({ value }) => value));
  const watched = order
    .filter(({ inputs }) => inputs.length > 0)
    .flatMap(outputsOf)
    .filter(({ dtype }) => isFloat(dtype));
  const flags = watched.flatMap((x) => [areEqual(x), areEqual(x.mul(0))]);
  const output = { name: 'finite', value: flags.length === 0 ? ones([1]) : concat(flags, 0) };
  const constants = order.flatMap(({ id, constant }): [string, Health][] =>
    constant ? [[`${id}:0`, healthOf(contentOf(constant))]] : [],
  );
  return {
    output,
    check: async (leaves, results) => {
      const health = new Map(constants);
      traced.inputs.forEach((input, i) => {
        health.set(keyOf(input.value), checkArgument(name, input, leaves[i]));
      });
      const culprit = firstCulprit(watched, await flagsIn(results[output.name]), health);
      if (culprit === null) return;
      const values = await recompute(culprit, leaves, { traced, options });
      throw new NonFiniteError(
        `${name}: ${culprit.node.name}${builtAt(culprit.node)} gives ${describe(values, culprit.shape)}`,
      );
    },
  };
}

/** 1 if every element equals itself, which NaN does not, else 0; times 0, infinities are NaN too. */
function areEqual(x: Tensor): Tensor {
  return x.equal(x).cast('float32').min().reshape([1]);
}

function checkArgument(name: string, input: NamedTensor, leaf: Tensor | undefined): Health {
  if (leaf === undefined || !isFloat(leaf.dtype)) return healthy;
  const values = hostData(leaf);
  const health = healthOf(values);
  if (!health.isNumber) {
    const path = input.name.slice('in.'.length);
    throw new NonFiniteError(`${name}: argument ${path} holds ${describe(values, leaf.shape)}`);
  }
  return health;
}

function healthOf(content: number | TypedArray): Health {
  let isAllFinite = true;
  for (const value of typeof content === 'number' ? [content] : content) {
    if (typeof value === 'bigint') return healthy;
    if (Number.isNaN(value)) return { isNumber: false, isFinite: false };
    isAllFinite &&= Number.isFinite(value);
  }
  return { isNumber: true, isFinite: isAllFinite };
}

async function flagsIn(result: RunResults[string] | undefined): Promise<TypedArray> {
  if (result === undefined) throw new Error('internal: the session returned no flags');
  return 'device' in result ? result.device.read() : result.data;
}

/** The first value that is worse than all that it was made of. */
function firstCulprit(
  watched: readonly Tensor[],
  flags: TypedArray,
  health: Map<string, Health>,
): Tensor | null {
  for (const [i, x] of watched.entries()) {
    const own = { isNumber: Number(flags[2 * i]) === 1, isFinite: Number(flags[2 * i + 1]) === 1 };
    health.set(keyOf(x), own);
    const inputs = x.node.inputs.map((input) => health.get(keyOf(input)) ?? healthy);
    const isNewNaN = !own.isNumber && inputs.every(({ isNumber }) => isNumber);
    const isNewInfinity = !own.isFinite && inputs.every(({ isFinite }) => isFinite);
    if (isNewNaN || isNewInfinity) return x;
  }
  return null;
}

function keyOf({ node, index }: Tensor): string {
  return `${node.id}:${index}`;
}

/** Runs the graph again up to one value. */
async function recompute(
  value: Tensor,
  leaves: readonly Tensor[],
  { traced, options }: { traced: Traced; options: CompileOptions },
): Promise<TypedArray> {
  const { backend, optimization = 'basic' } = options;
  const graph = lowerGraph(traced.inputs, [{ name: 'out', value }], backend);
  const model = encodeModel(graph);
  const session = await backend.createSession(model, { optimization });
  try {
    const { out } = await session.run(feedsByName(traced, leaves));
    if (out === undefined) throw new Error('internal: the session returned nothing');
    return out.data;
  } finally {
    await session.release();
  }
}

/** The tensors of the arguments under the names of the graph's inputs. */
export function feedsByName(
  traced: Traced,
  leaves: readonly Tensor[],
): Record<string, RuntimeTensor> {
  return Object.fromEntries(
    traced.inputs.flatMap(({ name }, i) => {
      const leaf = leaves[i];
      if (leaf === undefined) return [];
      return [[name, { dtype: leaf.dtype, shape: leaf.shape, data: hostData(leaf) }]];
    }),
  );
}

/** `NaN in 2 of 6 elements, the first at [0, 1]`. */
function describe(values: TypedArray, shape: Shape): string {
  const numbers = Array.from(values, Number);
  const isWrong = (value: number) => !Number.isFinite(value);
  const worst = numbers.find(Number.isNaN) ?? numbers.find(isWrong);
  const wrong = numbers.filter((value) => Object.is(value, worst));
  if (shape.length === 0) return String(worst);
  let rest = numbers.findIndex((value) => Object.is(value, worst));
  const position = shape.map(() => 0);
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    const size = shape[axis] ?? 1;
    position[axis] = rest % size;
    rest = Math.floor(rest / size);
  }
  return `${worst} in ${wrong.length} of ${numbers.length} elements, the first at ${formatShape(position)}`;
}
