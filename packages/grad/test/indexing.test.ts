import { describe, expect, test } from 'vitest';
import {
  addAlongAxis,
  cumsum,
  compile,
  diagonal,
  diagonalEmbed,
  einsum,
  embedding,
  flatten,
  flip,
  gather,
  grad,
  matmul,
  pad,
  putAlongAxis,
  repeat,
  roll,
  searchSorted,
  slice,
  sort,
  splitAxis,
  squeeze,
  stack,
  takeAlongAxis,
  tensor,
  tile,
  topK,
  tril,
  triu,
  unsqueeze,
  unstack,
  type Axes,
  type DType,
  type NestedNumbers,
  type Ordered,
  type Tensor,
} from '../src/index.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { expectClose } from './closeness.ts';
import fixture from './fixtures/indexing.json' with { type: 'json' };

interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

interface Case {
  readonly call: string;
  readonly args: object;
  readonly inputs: readonly Stored[];
  readonly outputs: readonly Stored[];
  readonly dys: readonly (Stored | null)[];
  readonly grads: readonly (Stored | null)[];
}

const cases: readonly Case[] = fixture.cases;

/** The arguments of all calls; each reads its own. */
interface Args {
  readonly after: number;
  readonly axes: Axes & [number, number];
  readonly axis: number;
  readonly before: number;
  readonly count: number;
  readonly counts: readonly number[];
  readonly descending: boolean;
  readonly end: number;
  readonly equation: string;
  readonly exclusive: boolean;
  readonly indices: NestedNumbers;
  readonly k: number;
  readonly largest: boolean;
  readonly mode: 'reflect';
  readonly offset: number;
  readonly parts: readonly number[];
  readonly reverse: boolean;
  readonly shift: number;
  readonly side: 'left';
  readonly start: number;
  readonly step: number;
}

type Call = (
  first: readonly [Tensor, Tensor],
  args: Args,
  inputs: readonly Tensor[],
) => Tensor | readonly Tensor[];

const both = ({ values, indices }: Ordered) => [values, indices];
const index = ({ indices }: Args) => tensor(indices, { dtype: 'int64' });

/** Our call for each of scripts/reference/indexing.py, as a user writes it. */
const calls: Readonly<Record<string, Call>> = {
  addAlongAxis: ([x, values], args) => addAlongAxis(x, index(args), values, args.axis),
  cumsum: ([x], { axis, ...options }) => cumsum(x, axis, options),
  diagonal: ([x], options) => diagonal(x, options),
  diagonalEmbed: ([x], { offset }) => diagonalEmbed(x, offset),
  einsum: (_, { equation }, operands) => einsum(equation, ...operands),
  embedding: ([table], args) => embedding(table, index(args)),
  flatten: ([x], { start, end }) => flatten(x, start, end),
  flip: ([x], { axes }) => flip(x, axes),
  gather: ([x], args) => gather(x, index(args), args.axis),
  matmul: ([a, b]) => matmul(a, b),
  pad: ([x], options) => pad(x, options),
  putAlongAxis: ([x, values], args) => putAlongAxis(x, index(args), values, args.axis),
  repeat: ([x], { count, axis }) => repeat(x, count, axis),
  roll: ([x], { shift, axis }) => roll(x, shift, axis),
  searchSorted: ([sorted, values], options) => searchSorted(sorted, values, options),
  slice: ([x], options) => slice(x, options),
  sort: ([x], options) => both(sort(x, options)),
  splitAxis: ([x], { parts, axis }) => splitAxis(x, parts, axis),
  squeeze: ([x], { axes }) => squeeze(x, axes),
  stack: (_, { axis }, parts) => stack(parts, axis),
  takeAlongAxis: ([x], args) => takeAlongAxis(x, index(args), args.axis),
  tile: ([x], { counts }) => tile(x, counts),
  topK: ([x], { k, ...options }) => both(topK(x, k, options)),
  tril: ([x], { offset }) => tril(x, offset),
  triu: ([x], { offset }) => triu(x, offset),
  unsqueeze: ([x], { axis }) => unsqueeze(x, axis),
  unstack: ([x], { axis }) => unstack(x, axis),
};

const backends = [await nodeBackend({ threads: 2 }), await webBackend({ threads: 2 })];

test('the fixture has every call, and no other', () => {
  expect(new Set(cases.map(({ call }) => call))).toEqual(new Set(Object.keys(calls)));
});

describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
  for (const { call: name, args, inputs, outputs, dys, grads } of cases) {
    const call = calls[name];
    if (call === undefined) continue;
    const shapes = inputs.map(({ shape }) => `[${shape.join()}]`).join(' ');
    test(`${name} ${shapes} ${JSON.stringify(args)} has PyTorch's values and gradients`, async () => {
      const apply = (xs: readonly Tensor[]): readonly Tensor[] => {
        const [a, b = a] = xs;
        if (a === undefined || b === undefined) throw new Error('the fixture gives no input');
        // The fixture gives each call the arguments that it reads.
        const result = call([a, b], args as Args, xs);
        return 'dtype' in result ? [result] : result;
      };
      const run = compile(
        (xs: readonly Tensor[], weights: readonly (Tensor | null)[]) => {
          const loss = (leaves: readonly Tensor[]) =>
            apply(leaves)
              .flatMap((y, i) => (weights[i] ? [y.mul(weights[i]).sum()] : []))
              .reduce((sum, term) => sum.add(term));
          return { ys: apply(xs), grads: weights.some(Boolean) ? grad(loss)(xs) : [] };
        },
        { backend, name },
      );
      const weights = dys.map((dy) => dy && stored(dy));
      const actual = await run(inputs.map(stored), weights);
      await run.dispose();
      expect(actual.ys.map(({ shape }) => shape)).toEqual(outputs.map(({ shape }) => shape));
      for (const [i, y] of actual.ys.entries()) {
        expect(y.dtype).toBe(outputs[i]?.dtype === 'int64' ? 'int64' : 'float32');
        expectClose(await y.data(), outputs[i]?.data ?? [], 3e-6, `output ${i}`);
      }
      for (const [i, dx] of actual.grads.entries()) {
        expect(dx.shape).toEqual(grads[i]?.shape);
        expectClose(await dx.data(), grads[i]?.data ?? [], 1e-5, `gradient ${i}`);
      }
    });
  }
});

function stored({ dtype, shape, data }: Stored): Tensor {
  const type: DType = dtype === 'int64' ? 'int64' : 'float32';
  return tensor(data, { shape, dtype: type });
}
