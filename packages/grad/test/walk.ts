import { expect } from 'vitest';
import '../src/methods.ts';
import { isFloat, type DType } from '../src/dtype.ts';
import type { OpDefinition, OpSample } from '../src/op.ts';
import { foldIn, keyOf } from '../src/random.ts';
import type { Backend, RuntimeTensor } from '../src/runtime/backend.ts';
import { hostData, ones, tensor, type Tensor } from '../src/tensor.ts';
import { compile } from '../src/trace/compile.ts';
import { vjp } from '../src/trace/gradient.ts';
import { flattenTensors } from '../src/tree.ts';
import { expectClose } from './closeness.ts';
import { directional, gradientOf, type ScalarFunction } from './differences.ts';
import { references, type Params, type Values } from './references.ts';
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
  /** Element type of the output. */
  readonly dtype: DType;
  /** Whether the output and at least one input are of a floating-point type. */
  readonly isDifferentiable: boolean;
  /** Cotangent of the output. */
  readonly dy: Tensor;
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
  const [y] = outputs;
  if (y === undefined || outputs.length > 1) {
    throw new Error(`${op.definition.name} has ${outputs.length} outputs: the walk checks one`);
  }
  const draw = (like: Tensor, name: string) =>
    tensor(drawNumbers(foldIn(key, name), like.shape), {
      shape: like.shape,
      dtype: isFloat(like.dtype) ? like.dtype : 'float32',
    });
  const floats = inputs.filter((input) => isFloat(input.dtype));
  return {
    op,
    inputs,
    params,
    dtype: y.dtype,
    isDifferentiable: isFloat(y.dtype) && floats.length > 0,
    dy: draw(y, 'dy'),
    directions: floats.map((x, i) => draw(x, `direction ${i}`)),
  };
}

/** What a run of a call gives: the output, its gradients, and the gradients along the directions. */
interface Results<Leaf> {
  readonly y: Leaf;
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
  const args = [call.inputs, call.dy, call.directions] as const;
  let template: Results<Tensor> | undefined;
  const compiled = compile((...places: typeof args) => (template = trace(call, places, order)), {
    backend,
    name: call.op.definition.name,
    cleanUp: { simplify: isCleaned, merge: isCleaned },
  });
  const session = await backend.createSession(compiled.toOnnx(...args), { optimization: 'basic' });
  const feeds = flattenTensors(args).map(({ path, value }): [string, RuntimeTensor] => [
    `in.${path}`,
    { dtype: value.dtype, shape: value.shape, data: hostData(value) },
  ]);
  const outputs = await session.run(Object.fromEntries(feeds));
  await session.release();
  const at = (path: string, place: Tensor): ArrayLike<number | bigint> => {
    const output = outputs[`out.${path}`];
    expect(output, path).toMatchObject({ dtype: place.dtype, shape: place.shape });
    return output?.data ?? [];
  };
  if (template === undefined) throw new Error('the call was not traced');
  return {
    y: at('y', template.y),
    grads: template.grads.map((place, i) => at(`grads.${i}`, place)),
    seconds: template.seconds.map((place, i) => at(`seconds.${i}`, place)),
  };
}

function trace(
  { op, params, isDifferentiable }: Call,
  [inputs, dy, directions]: readonly [readonly Tensor[], Tensor, readonly Tensor[]],
  order: Order,
): Results<Tensor> {
  const floats = inputs.filter((input) => isFloat(input.dtype));
  const apply = (xs: readonly Tensor[]): Tensor => {
    let next = 0;
    const all = inputs.map((input) => (isFloat(input.dtype) ? xs[next++] : input) ?? input);
    return op.all(all, params)[0] ?? dy;
  };
  const [y, pull] = vjp(apply, floats);
  if (order === 0 || !isDifferentiable) return { y, grads: [], seconds: [] };
  const grads = pull(dy);
  if (order === 1) return { y, grads, seconds: [] };
  const slope = (xs: readonly Tensor[]) => {
    const terms = vjp(apply, xs)[1](dy).map((grad, i) => grad.mul(directions[i] ?? 0).sum());
    return terms.reduce((sum, term) => sum.add(term));
  };
  const [value, pullSlope] = vjp(slope, floats);
  return { y, grads, seconds: pullSlope(ones([], value.dtype)) };
}

/** The same by the float64 reference and central differences of it. */
export function expectedOf(call: Call, order: Order): Results<readonly number[]> {
  const { op, inputs, dy, directions } = call;
  const { name } = op.definition;
  const reference = references[name];
  if (reference === undefined) {
    throw new Error(
      `test/references.ts has no entry for ${name}: add what it computes, in float64`,
    );
  }
  // The reference reads the parameters that its operation has.
  const params: Params = call.params;
  const values = inputs.map((x): Values => ({ shape: x.shape, data: numbers(x) }));
  const isInput = inputs.map((x) => isFloat(x.dtype));
  const floats = values.filter((_, i) => isInput[i]).map((x) => x.data);
  const cotangent = numbers(dy);
  const loss: ScalarFunction = (xs) => {
    let next = 0;
    const changed = values.map((x, i) => (isInput[i] ? { ...x, data: xs[next++] ?? [] } : x));
    return reference(changed, params).data.reduce((sum, v, i) => sum + v * (cotangent[i] ?? 0), 0);
  };
  const y = reference(values, params).data;
  const results = { y: isFloat(call.dtype) ? y : y.map(Math.trunc), grads: [], seconds: [] };
  if (order === 0 || !call.isDifferentiable) return results;
  const zeros = floats.map((x) => x.map(() => 0));
  if (op.definition.vjp === null)
    return { ...results, grads: zeros, seconds: order === 2 ? zeros : [] };
  const slope: ScalarFunction = (xs) => directional(loss, xs, directions.map(numbers));
  return {
    ...results,
    grads: gradientOf(loss, floats),
    seconds: order === 2 ? gradientOf(slope, floats) : [],
  };
}

/** Compares all that a run gives; the second gradients are as exact as the first. */
export function expectResults(
  actual: Results<ArrayLike<number | bigint>>,
  expected: Results<ArrayLike<number | bigint>>,
  tolerance: { readonly value: number; readonly gradient: number },
  what: string,
): void {
  expectClose(actual.y, expected.y, tolerance.value, `${what}: value`);
  for (const order of ['grads', 'seconds'] as const) {
    expect(actual[order].length, `${what}: ${order}`).toBe(expected[order].length);
    for (const [i, wanted] of expected[order].entries()) {
      expectClose(actual[order][i] ?? [], wanted, tolerance.gradient, `${what}: ${order} ${i}`);
    }
  }
}

function numbers(x: Tensor): readonly number[] {
  return Array.from(hostData(x), Number);
}
