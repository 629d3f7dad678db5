import { describe, expect, test } from 'vitest';
import {
  concat,
  crossEntropy,
  layerNorm,
  linear,
  tensor,
  vjp,
  compile,
  type DType,
  type Tensor,
} from '../src/index.ts';
import { isFloat } from '../src/dtype.ts';
import { operations } from '../src/ops/registry.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { expectClose } from './closeness.ts';
import fixture from './fixtures/ops.json' with { type: 'json' };
import type { Params } from './references.ts';

interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | boolean)[];
}

interface Case {
  readonly op: string;
  readonly params: Partial<Params & { readonly epsilon: number }>;
  readonly inputs: readonly Stored[];
  readonly output: Stored;
  readonly dy: Stored;
  readonly grads: readonly (Stored | null)[];
}

const cases: readonly Case[] = fixture.cases;

type Call = (
  first: readonly [Tensor, Tensor, Tensor],
  params: Params & { readonly epsilon: number },
  inputs: readonly Tensor[],
) => Tensor;

/** Our call for each operation of scripts/reference/ops.py, as a user writes it. */
const calls: Readonly<Record<string, Call>> = {
  abs: ([x]) => x.abs(),
  add: ([a, b]) => a.add(b),
  concat: (_, { axis }, parts) => concat(parts, axis),
  cos: ([x]) => x.cos(),
  crossEntropy: ([logits, labels]) => crossEntropy(logits, labels),
  cumsum: ([x], { axis, isReversed }) =>
    isReversed ? x.cumsum(axis, { reverse: true }) : x.cumsum(axis),
  div: ([a, b]) => a.div(b),
  erf: ([x]) => x.erf(),
  exp: ([x]) => x.exp(),
  expand: ([x], { shape }) => x.expand(shape),
  gather: ([table, indices]) => table.gather(indices),
  gelu: ([x]) => x.gelu(),
  layerNorm: ([x, scale, shift], { epsilon }) => layerNorm(x, { scale, shift, epsilon }),
  linear: ([x, w, b]) => linear(x, w, b),
  log: ([x]) => x.log(),
  logSoftmax: ([x], { axis }) => x.logSoftmax(axis),
  logSumExp: ([x], { axes, keepDims }) => x.logSumExp(axes, { keepDims }),
  matmul: ([a, b], { transposeA, transposeB }) => a.matmul(b, { transposeA, transposeB }),
  max: ([x], { axes, keepDims }) => x.max(axes, { keepDims }),
  maximum: ([a, b]) => a.maximum(b),
  mean: ([x], { axes, keepDims }) => x.mean(axes, { keepDims }),
  min: ([x], { axes, keepDims }) => x.min(axes, { keepDims }),
  minimum: ([a, b]) => a.minimum(b),
  mul: ([a, b]) => a.mul(b),
  neg: ([x]) => x.neg(),
  pad: ([x], { axis, before, after, value }) => x.pad({ axis, before, after, value }),
  pow: ([x], { exponent }) => x.pow(exponent),
  relu: ([x]) => x.relu(),
  reshape: ([x], { shape }) => x.reshape(shape),
  scatterAdd: ([values, indices], { rows }) => values.scatterAdd(indices, rows),
  sigmoid: ([x]) => x.sigmoid(),
  silu: ([x]) => x.silu(),
  sin: ([x]) => x.sin(),
  slice: ([x], { axis, start, end }) => x.slice({ axis, start, end }),
  softmax: ([x], { axis }) => x.softmax(axis),
  softplus: ([x]) => x.softplus(),
  sqrt: ([x]) => x.sqrt(),
  square: ([x]) => x.square(),
  sub: ([a, b]) => a.sub(b),
  sum: ([x], { axes, keepDims }) => x.sum(axes, { keepDims }),
  tanh: ([x]) => x.tanh(),
  transpose: ([x], { permutation }) => x.transpose(permutation),
  where: ([condition, a, b]) => condition.where(a, b),
};

/** In the fixture, but not among our operations yet. */
const later: readonly string[] = [];

const backends = [await nodeBackend({ threads: 2 }), await webBackend({ threads: 2 })];

test('every operation of the fixture is mapped, or waits for its operation', () => {
  const names = new Set(cases.map(({ op }) => op));
  expect([...names].filter((name) => !(name in calls))).toEqual(later);
  const ours = operations.map((op) => op.definition.name);
  expect(later.filter((name) => ours.some((known) => known === name))).toEqual([]);
});

describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
  for (const { op, params, inputs, output, dy, grads } of cases) {
    const call = calls[op];
    if (call === undefined) continue;
    const shapes = inputs.map(({ shape }) => `[${shape.join()}]`).join(' ');
    test(`${op} ${shapes} ${JSON.stringify(params)} has PyTorch's value and gradient`, async () => {
      const xs = inputs.map(stored);
      const run = compile(
        (places: readonly Tensor[], cotangent: Tensor) => {
          const floats = places.filter((x) => isFloat(x.dtype));
          const [y, pull] = vjp((leaves: readonly Tensor[]) => {
            let next = 0;
            const all = places.map((x) => (isFloat(x.dtype) ? leaves[next++] : x) ?? x);
            const [a = cotangent, b = a, c = b] = all;
            // The fixture gives each call the parameters that it reads.
            return call([a, b, c], params as Params & { readonly epsilon: number }, all);
          }, floats);
          return { y, grads: pull(cotangent) };
        },
        { backend, name: op },
      );
      const actual = await run(xs, stored(dy));
      await run.dispose();
      expect(actual.y.shape).toEqual(output.shape);
      // Far from 0, the mean is known to float32's spacing there.
      const far = op === 'layerNorm' ? largest(inputs) * 2 ** -23 : 0;
      expectClose(await actual.y.data(), output.data.map(Number), 3e-6 + far, 'value');
      const expected = grads.filter((grad) => grad !== null);
      expect(actual.grads.map((grad) => grad.shape)).toEqual(expected.map(({ shape }) => shape));
      for (const [i, grad] of actual.grads.entries()) {
        expectClose(
          await grad.data(),
          expected[i]?.data.map(Number) ?? [],
          1e-5 + far,
          `gradient ${i}`,
        );
      }
    });
  }
});

function largest(inputs: readonly Stored[]): number {
  return Math.max(...inputs.flatMap(({ data }) => data.map((value) => Math.abs(Number(value)))));
}

function stored({ dtype, shape, data }: Stored): Tensor {
  const types: Readonly<Record<string, DType>> = {
    float64: 'float32',
    int64: 'int64',
    bool: 'bool',
  };
  return tensor(data.map(Number), { shape, dtype: types[dtype] ?? 'float32' });
}
