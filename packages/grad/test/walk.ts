import { expect } from 'vitest';
import '../src/methods.ts';
import { isFloat, type DType } from '../src/dtype.ts';
import type { OpDefinition, OpSample } from '../src/op.ts';
import { foldIn, keyOf } from '../src/random.ts';
import type { Backend, RuntimeTensor } from '../src/runtime/backend.ts';
import { hostData, ones, tensor, type Tensor, type TensorSpec } from '../src/tensor.ts';
import { compile } from '../src/trace/compile.ts';
import { vjp } from '../src/trace/gradient.ts';
import { flattenTensors } from '../src/tree.ts';
import { expectClose } from './closeness.ts';
import { directional, gradientOf, type ScalarFunction } from './differences.ts';
import { references } from './references.ts';
import type { Values } from './references/values.ts';
import { drawInputs, drawNumbers } from './samples.ts';

/** An operation whatever its parameters are: its samples bring the right ones. */
export interface AnyOp {
  readonly all: (inputs: readonly Tensor[], params: never) => readonly Tensor[];
  readonly definition: Pick<OpDefinition<never>, 'name' | 'accepts'> & {
    readonly vjp: unknown;
    readonly samples: readonly OpSample<unknown>[];
  };
}

/** A sample with numbers. */
export interface Call {
  readonly op: AnyOp;
  readonly inputs: readonly Tensor[];
  /** Parameters as the operation and its reference take them. */
  readonly params: never;
  /** Shape and element type of each output. */
  readonly outputs: readonly TensorSpec[];
  /** Cotangent of each output; null for integers and bools, and for floats where nothing is differentiated. */
  readonly dys: readonly (Tensor | null)[];
  /** For each floating-point input, the direction along which its gradient is differentiated again. */
  readonly directions: readonly Tensor[];
}

/** Draws the numbers of a sample; inputs that it does not type get `dtype`. */
export function prepareCall(op: AnyOp, sample: OpSample<unknown>, dtype: DType): Call {
  const key = foldIn(keyOf(1), `${op.definition.name} ${JSON.stringify(sample)}`);
  // The one place where the type of the parameters is lost: each operation gets its own sample's.
  const params = sample.params as never;
  const inputs = drawInputs(sample, foldIn(key, 'inputs'), dtype);
  const outputs = op.all(inputs, params);
  const draw = ({ shape, dtype: type }: TensorSpec, name: string) =>
    tensor(drawNumbers(foldIn(key, name), shape), { shape, dtype: type });
  const floats = inputs.filter((input) => isFloat(input.dtype));
  return {
    op,
    inputs,
    params,
    outputs: outputs.map(({ shape, dtype: type }) => ({ shape, dtype: type })),
    dys: outputs.map((y, i) =>
      floats.length > 0 && isFloat(y.dtype) ? draw(y, i === 0 ? 'dy' : `dy ${i}`) : null,
    ),
    directions: floats.map((x, i) => draw(x, `direction ${i}`)),
  };
}

/**
 * The same call once for each output that is differentiated, with the cotangent of that output alone; of
 * a single one there is nothing to take apart.
 */
export function outputByOutput(call: Call): readonly Call[] {
  const differentiated = call.dys.flatMap((dy, i) => (dy === null ? [] : [i]));
  if (differentiated.length < 2) return [];
  return differentiated.map((kept) => ({
    ...call,
    dys: call.dys.map((dy, i) => (i === kept ? dy : null)),
  }));
}

/** What a run of a call gives: the outputs, the gradients, and their gradients along the directions. */
interface Results<Leaf> {
  readonly ys: readonly Leaf[];
  readonly grads: readonly Leaf[];
  readonly seconds: readonly Leaf[];
}

/** How far to differentiate. */
export type Order = 0 | 1 | 2;

/** Where and how a call runs. */
export interface Runner {
  readonly backend: Backend;
  /** Whether the graph is cleaned up first. Default true. */
  readonly isCleaned?: boolean;
}

/** Compiles and runs a call; checks that ONNX Runtime's shapes and types are those of the rules. */
export async function runCall(
  { backend, isCleaned = true }: Runner,
  call: Call,
  order: Order,
): Promise<Results<ArrayLike<number | bigint>>> {
  const args = [call.inputs, call.dys, call.directions] as const;
  let template: Results<Tensor> | undefined;
  const compiled = compile((...places: typeof args) => (template = trace(call, places, order)), {
    backend,
    name: call.op.definition.name,
    cleanUp: { simplify: isCleaned, merge: isCleaned, fold: isCleaned, fuse: isCleaned },
  });
  const session = await backend.createSession(compiled.toOnnx(...args), { optimization: 'basic' });
  const feeds = flattenTensors(args).map(({ path, value }): [string, RuntimeTensor] => [
    `in.${path}`,
    { dtype: value.dtype, shape: value.shape, data: hostData(value) },
  ]);
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  const at = (path: string) => (place: Tensor, i: number) => {
    const output = outputs[`out.${path}.${i}`];
    expect(output, path).toMatchObject({ dtype: place.dtype, shape: place.shape });
    return output?.data ?? [];
  };
  if (template === undefined) throw new Error('the call was not traced');
  return {
    ys: template.ys.map(at('ys')),
    grads: template.grads.map(at('grads')),
    seconds: template.seconds.map(at('seconds')),
  };
}

type Places = readonly [
  inputs: readonly Tensor[],
  dys: readonly (Tensor | null)[],
  directions: readonly Tensor[],
];

/** A call as a graph; what is differentiated is the sum over all outputs of output times cotangent. */
export function trace({ op, params }: Call, [inputs, dys, directions]: Places, order: Order) {
  const ys = op.all(inputs, params);
  const floats = inputs.filter((input) => isFloat(input.dtype));
  if (order === 0 || dys.every((dy) => dy === null)) return { ys, grads: [], seconds: [] };
  const loss = (xs: readonly Tensor[]): Tensor => {
    let next = 0;
    const all = inputs.map((input) => (isFloat(input.dtype) ? xs[next++] : input) ?? input);
    const terms = op.all(all, params).flatMap((y, i) => (dys[i] ? [y.mul(dys[i]).sum()] : []));
    return terms.reduce((sum, term) => sum.add(term.cast(sum.dtype)));
  };
  const gradient = (f: (xs: readonly Tensor[]) => Tensor): readonly Tensor[] => {
    const [value, pull] = vjp(f, floats);
    return pull(ones([], value.dtype));
  };
  const grads = gradient(loss);
  if (order === 1) return { ys, grads, seconds: [] };
  const slope = (xs: readonly Tensor[]): Tensor => {
    const [value, pull] = vjp(loss, xs);
    const terms = pull(ones([], value.dtype)).map((dx, i) => dx.mul(directions[i] ?? 0).sum());
    return terms.reduce((sum, term) => sum.add(term.cast(sum.dtype)));
  };
  return { ys, grads, seconds: gradient(slope) };
}

/** The same by the float64 reference and central differences of it. */
export function expectedOf(call: Call, order: Order): Results<readonly number[]> {
  const { op, inputs, dys, directions } = call;
  const values = inputs.map((x): Values => ({ shape: x.shape, data: numbers(x) }));
  const isInput = inputs.map((x) => isFloat(x.dtype));
  const floats = values.filter((_, i) => isInput[i]).map((x) => x.data);
  const cotangents = dys.map((dy) => dy && numbers(dy));
  const loss: ScalarFunction = (xs) => {
    let next = 0;
    const changed = values.map((x, i) => (isInput[i] ? { ...x, data: xs[next++] ?? [] } : x));
    const terms = evaluate(call, changed).map(({ data }, i) => dot(data, cotangents[i] ?? []));
    return terms.reduce((sum, term) => sum + term, 0);
  };
  const ys = evaluate(call, values).map(({ shape, data }, i) => {
    const output = call.outputs[i];
    expect(shape, `shape of output ${i} by the reference`).toEqual(output?.shape);
    return output && isFloat(output.dtype) ? data : data.map(Math.trunc);
  });
  if (order === 0 || dys.every((dy) => dy === null)) return { ys, grads: [], seconds: [] };
  const zeros = floats.map((x) => x.map(() => 0));
  if (op.definition.vjp === null) return { ys, grads: zeros, seconds: order === 2 ? zeros : [] };
  const slope: ScalarFunction = (xs) => directional(loss, xs, directions.map(numbers));
  return {
    ys,
    grads: gradientOf(loss, floats),
    seconds: order === 2 ? gradientOf(slope, floats) : [],
  };
}

function evaluate({ op, params }: Call, inputs: readonly Values[]): readonly Values[] {
  const { name } = op.definition;
  const reference = references[name];
  if (reference === undefined) {
    throw new Error(`test/references has no entry for ${name}: add what it computes, in float64`);
  }
  const result = reference(inputs, params);
  return 'data' in result ? [result] : result;
}

/** Compares all that a run gives: integers exactly, second gradients as exactly as first ones. */
export function expectResults(
  actual: Results<ArrayLike<number | bigint>>,
  expected: Results<ArrayLike<number | bigint>>,
  { call, tolerance, what }: Comparison,
): void {
  const expectAlike = (kind: keyof typeof actual, toleranceOf: (index: number) => number) => {
    expect(actual[kind].length, `${what}: ${kind}`).toBe(expected[kind].length);
    for (const [i, wanted] of expected[kind].entries()) {
      expectClose(actual[kind][i] ?? [], wanted, toleranceOf(i), `${what}: ${kind} ${i}`);
    }
  };
  expectAlike('ys', (i) => (isFloat(call.outputs[i]?.dtype ?? 'bool') ? tolerance.value : 0));
  expectAlike('grads', () => tolerance.gradient);
  expectAlike('seconds', () => tolerance.gradient);
}

/** What is compared, how exactly, and how a message calls it. */
export interface Comparison {
  readonly call: Call;
  readonly tolerance: { readonly value: number; readonly gradient: number };
  readonly what: string;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return b.reduce((sum, value, i) => sum + value * (a[i] ?? NaN), 0);
}

function numbers(x: Tensor): readonly number[] {
  return Array.from(hostData(x), Number);
}
