import { describe, expect, test } from 'vitest';
import {
  attention,
  blockCausalMask,
  causalMask,
  compile,
  crossEntropy,
  evaluate,
  gelu,
  keyOf,
  layerNorm,
  mergeHeads,
  normal,
  ones,
  prefixMask,
  rmsNorm,
  splitHeads,
  tensor,
  valueAndGrad,
  vjp,
  zeros,
  type Backend,
  type DType,
  type Tensor,
} from '../src/index.ts';
import { applyBlock, gptLogits, type Gpt, type GptBlock } from '../bench/gptModel.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { expectClose } from './closeness.ts';
import fixture from './fixtures/attention.json' with { type: 'json' };

const node = await nodeBackend({ threads: 2 });
const fused = [
  'com.microsoft.FusedMatMul',
  'Gelu',
  'LayerNormalization',
  'SimplifiedLayerNormalization',
];

/** Runs the forms that are composed for backends without these kernels. */
const composing: Backend = {
  ...node,
  name: 'composed',
  capabilities: { ...node.capabilities, supports: (operator) => !fused.includes(operator) },
};
const backends = [node, await webBackend({ threads: 2 }), composing];

interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly (number | string)[];
}

/** A case of scripts/reference/attention.py. */
interface Case {
  readonly kind: string;
  readonly name?: string;
  readonly maskKind?: string;
  readonly blocks?: readonly number[];
  readonly prefix?: number;
  readonly scale?: number;
  readonly epsilon?: number;
  readonly nHeads?: number;
  readonly inputs: Readonly<Record<string, Stored>>;
  readonly output: Stored;
  readonly dy: Stored;
  readonly grads: Readonly<Record<string, Stored>>;
}

type Named = Readonly<Record<string, Tensor>>;

function stored({ dtype, shape, data }: Stored): Tensor {
  const types: Readonly<Record<string, DType>> = { bool: 'bool', int32: 'int32' };
  const values = data.map((value) => (value === '-inf' ? -Infinity : Number(value)));
  return tensor(values, { shape, dtype: types[dtype] ?? 'float32' });
}

function at(values: Named, name: string): Tensor {
  const value = values[name];
  if (value === undefined) throw new Error(`the fixture has no ${name}`);
  return value;
}

function maskOf({ maskKind, blocks = [], prefix = 0 }: Case, { mask, q }: Named) {
  if (maskKind === 'causal') return { mask: 'causal' } as const;
  if (maskKind === 'blockCausal') return { mask: blockCausalMask(blocks) };
  if (maskKind === 'prefix') return { mask: prefixMask(prefix, q?.shape[2] ?? 0) };
  return mask ? { mask } : {};
}

/** What each kind of case computes, as a user writes it. */
const kinds: Readonly<Record<string, (values: Named, reference: Case) => Tensor>> = {
  attention: (x, reference) =>
    attention(at(x, 'q'), at(x, 'k'), at(x, 'v'), {
      ...maskOf(reference, x),
      ...(reference.scale !== undefined && { scale: reference.scale }),
    }),
  geluTanh: (x) => gelu(at(x, 'x'), { approximation: 'tanh' }),
  rmsNorm: (x, { epsilon = 1e-5 }) => rmsNorm(at(x, 'x'), { scale: at(x, 'scale'), epsilon }),
  block: (x, { nHeads = 1 }) =>
    applyBlock(blockOf(x, ''), at(x, 'x'), nHeads, (q, k, v) =>
      attention(q, k, v, { mask: 'causal' }),
    ),
  gpt: (x, { nHeads = 1 }) =>
    crossEntropy(gptLogits(gptOf(x), at(x, 'x'), nHeads), at(x, 'y')).mean(),
};

function blockOf(x: Named, prefix: string): GptBlock {
  const w = (name: string) => at(x, prefix + name);
  const norm = (name: string) => ({ scale: w(`${name}.scale`), shift: w(`${name}.shift`) });
  return {
    norm1: norm('norm1'),
    qkv: w('qkv'),
    out: w('out'),
    norm2: norm('norm2'),
    up: w('up'),
    bias: w('bias'),
    down: w('down'),
  };
}

function gptOf(x: Named): Gpt {
  return {
    tokens: at(x, 'tokens'),
    positions: at(x, 'positions'),
    blocks: [0, 1].map((i) => blockOf(x, `blocks.${i}.`)),
    norm: { scale: at(x, 'norm.scale'), shift: at(x, 'norm.shift') },
    head: at(x, 'head'),
  };
}

const cases: readonly Case[] = [
  ...fixture.cases.attention,
  ...fixture.cases.elements,
  ...fixture.cases.models,
];

describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
  test.each(cases.map((reference) => [reference.kind, reference.name ?? '', reference] as const))(
    "%s %s has PyTorch's value and every gradient",
    async (kind, _name, reference) => {
      const compute = kinds[kind];
      if (compute === undefined) throw new Error(`no kind ${kind}`);
      const run = compile(
        (values: Named, dy: Tensor) => {
          const leaves = Object.fromEntries(
            Object.keys(reference.grads).map((name) => [name, at(values, name)]),
          );
          const [output, pull] = vjp((x: Named) => compute({ ...values, ...x }, reference), leaves);
          return { output, grads: pull(dy) };
        },
        { backend, name: kind },
      );
      // Keys with dots are one level of this tree, and of no other.
      const inputs: Record<string, Tensor> = {};
      for (const [name, x] of Object.entries(reference.inputs)) inputs[name] = stored(x);
      const actual = await run(inputs, stored(reference.dy));
      await run.dispose();
      expectClose(await actual.output.data(), reference.output.data.map(Number), 5e-6, 'output');
      for (const [name, grad] of Object.entries(reference.grads)) {
        expect(actual.grads[name]?.shape, name).toEqual(grad.shape);
        const numbers = (await actual.grads[name]?.data()) ?? [];
        expectClose(numbers, grad.data.map(Number), 2e-5, `gradient of ${name}`);
      }
    },
  );
});

describe('a query that sees no key', () => {
  const draw = (name: number, seq: number) => normal(keyOf(name), [1, 2, seq, 3]);
  const inputs = { q: draw(1, 3), k: draw(2, 4), v: draw(3, 4) };
  const seen = tensor([1, 0, 0, 1, 0, 0, 0, 0, 1, 1, 1, 1], { shape: [3, 4], dtype: 'bool' });
  const added = tensor(
    [0, -Infinity, -Infinity, 0, ...Array<number>(4).fill(-Infinity), 0, 0, 0, 0],
    {
      shape: [3, 4],
    },
  );
  const run = (mask: Tensor) => (x: typeof inputs) =>
    valueAndGrad(({ q, k, v }: typeof inputs) => attention(q, k, v, { mask }).square().sum())(x);

  test.each([
    ['a bool mask', seen],
    ['an additive mask', added],
  ])('gives zeros and no gradient, with %s', async (_, mask) => {
    const y = await evaluate(attention(inputs.q, inputs.k, inputs.v, { mask }), { backend: node });
    const rows = Array.from(await y.data(), Number);
    expect([rows.slice(3, 6), rows.slice(12, 15)].flat().map(Math.abs)).toEqual(Array(6).fill(0));
    expect(rows.filter((v) => v !== 0)).toHaveLength(12);

    // As an input of the graph, its rows are not known when it is built.
    const traced = compile((x: typeof inputs, places: Tensor) => run(places)(x), { backend: node });
    const constant = compile(run(mask), { backend: node, name: 'constant' });
    for (const [loss, gradient] of [await traced(inputs, mask), await constant(inputs)]) {
      expect(await loss.item()).toBeCloseTo(
        rows.reduce((sum, v) => sum + v ** 2, 0),
        4,
      );
      const ofQ = Array.from(await gradient.q.data(), Number);
      expect([ofQ.slice(3, 6), ofQ.slice(12, 15)].flat().map(Math.abs)).toEqual(Array(6).fill(0));
      for (const grad of [gradient.q, gradient.k, gradient.v]) {
        expect(Array.from(await grad.data(), Number).every(Number.isFinite)).toBe(true);
      }
    }
  });
});

describe('masks', () => {
  const drawn = async (mask: Tensor) => {
    const [queries = 0, keys = 0] = mask.shape;
    const seen = Array.from(await mask.data(), Number);
    return Array.from({ length: queries }, (_, i) => seen.slice(i * keys, (i + 1) * keys).join(''));
  };

  test('causal counts from the end', async () => {
    expect(await drawn(causalMask(3))).toEqual(['100', '110', '111']);
    expect(await drawn(causalMask(2, 4))).toEqual(['1110', '1111']);
  });

  test('block-causal sees its own block whole', async () => {
    expect(await drawn(blockCausalMask([1, 2, 1]))).toEqual(['1000', '1110', '1110', '1111']);
    expect(await drawn(blockCausalMask([1, 1, 1]))).toEqual(await drawn(causalMask(3)));
  });

  test('a prefix is seen by all', async () => {
    expect(await drawn(prefixMask(2, 4))).toEqual(['1100', '1100', '1110', '1111']);
    expect(await drawn(prefixMask(0, 3))).toEqual(await drawn(causalMask(3)));
    expect(await drawn(prefixMask(3, 3))).toEqual(['111', '111', '111']);
  });
});

test('scores far beyond the range of exp pick one key', async () => {
  const q = tensor([1e4, -1e4], { shape: [1, 1, 2, 1] });
  const k = tensor([1, 2, 3], { shape: [1, 1, 3, 1] });
  const v = tensor([10, 20, 30], { shape: [1, 1, 3, 1] });
  const y = await evaluate(attention(q, k, v), { backend: node });
  expect(Array.from(await y.data(), Number)).toEqual([30, 10]);
});

test('heads that are split and merged are what they were', async () => {
  const x = normal(keyOf(5), [2, 3, 8]);
  const apart = splitHeads(x, [2]).map((part) => mergeHeads(part));
  const [same] = await evaluate(apart, { backend: node });
  expect(await same?.data()).toEqual(await x.data());
});

test('a norm without scale and shift has deviation 1, also far from 0', async () => {
  const x = tensor([10000.1, 10000.2, 10000.3, 10000.4], { shape: [1, 4] });
  const [layer, rms] = await evaluate([layerNorm(x), rmsNorm(x)], { backend: node });
  // float32 holds 10000.1 to 5e-4 only.
  expectClose((await layer?.data()) ?? [], [-1.3445, -0.4453, 0.4453, 1.3445], 1e-3, 'layerNorm');
  expectClose((await rms?.data()) ?? [], [1, 1, 1, 1], 3e-5, 'rmsNorm');
});

test('mistakes are named', () => {
  const [q, k] = [ones([2, 4, 3, 8]), ones([2, 4, 5, 8])];
  const actions: Readonly<Record<string, () => unknown>> = {
    'a flat query': () => attention(ones([3, 8]), k, k),
    'another head width': () => attention(ones([2, 4, 3, 6]), k, k),
    'heads that do not divide': () => attention(q, ones([2, 3, 5, 8]), ones([2, 3, 5, 8])),
    'values of other keys': () => attention(q, k, ones([2, 4, 6, 8])),
    'a mask of other sizes': () => attention(q, k, k, { mask: causalMask(5) }),
    'a mask of integers': () => attention(q, k, k, { mask: zeros([3, 5], 'int32') }),
    'a causal mask with too many queries': () => attention(k, q, q, { mask: 'causal' }),
    'an infinite scale': () => attention(q, k, k, { scale: Infinity }),
    'a prefix longer than the sequence': () => prefixMask(4, 3),
    'an empty block': () => blockCausalMask([2, 0]),
    'heads that do not fill the columns': () => splitHeads(ones([2, 3, 10]), [2, 2]),
    'heads that were merged before': () => mergeHeads(ones([2, 3, 8])),
    'a norm of another width': () => layerNorm(ones([2, 4]), { scale: ones([3]) }),
    'a norm of a scalar': () => rmsNorm(ones([])),
    'an epsilon of 0': () => layerNorm(ones([2, 4]), { epsilon: 0 }),
  };
  const messages = Object.entries(actions).map(([mistake, action]) => {
    try {
      action();
    } catch (error) {
      return [mistake, String(error)];
    }
    return [mistake, 'nothing'];
  });
  expect(Object.fromEntries(messages)).toMatchInlineSnapshot(`
    {
      "a causal mask with too many queries": "ShapeError: attention: a causal mask of 5 queries and 3 keys has queries without a key; give it as many keys as queries, or more",
      "a flat query": "ShapeError: attention: q [3, 8], k [2, 4, 5, 8] and v [2, 4, 5, 8] do not fit; expected [batch, nHeads, queries, dHead], [batch, nKvHeads, keys, dHead] and [batch, nKvHeads, keys, dValue], nKvHeads a divisor of nHeads",
      "a mask of integers": "ShapeError: attention: the mask is int32; expected bool, or float32 as the queries are",
      "a mask of other sizes": "ShapeError: attention: cannot broadcast [5, 5] with [2, 4, 3, 5] (5 and 3); sizes must be equal or 1",
      "a norm of a scalar": "ShapeError: rmsNorm: [], [1] do not fit; expected [..., dModel] and vectors [dModel]",
      "a norm of another width": "ShapeError: layerNorm: [2, 4], [3], [4] do not fit; expected [..., dModel] and vectors [dModel]",
      "a prefix longer than the sequence": "ConfigError: prefixMask: prefix = 4 is not an integer from 0 to seq = 3",
      "an empty block": "ConfigError: blockCausalMask: block sizes are [2, 0]; expected one or more positive integers",
      "an epsilon of 0": "ConfigError: layerNorm: epsilon = 0 is not positive",
      "an infinite scale": "ConfigError: attention: scale = Infinity is not a finite number",
      "another head width": "ShapeError: attention: q [2, 4, 3, 6], k [2, 4, 5, 8] and v [2, 4, 5, 8] do not fit; expected [batch, nHeads, queries, dHead], [batch, nKvHeads, keys, dHead] and [batch, nKvHeads, keys, dValue], nKvHeads a divisor of nHeads",
      "heads that do not divide": "ShapeError: attention: q [2, 4, 3, 8], k [2, 3, 5, 8] and v [2, 3, 5, 8] do not fit; expected [batch, nHeads, queries, dHead], [batch, nKvHeads, keys, dHead] and [batch, nKvHeads, keys, dValue], nKvHeads a divisor of nHeads",
      "heads that do not fill the columns": "ShapeError: splitHeads: x [2, 3, 10] does not hold 4 heads; expected [batch, seq, 4 dHead]",
      "heads that were merged before": "ShapeError: mergeHeads: x is [2, 3, 8]; expected [batch, nHeads, seq, dHead]",
      "values of other keys": "ShapeError: attention: q [2, 4, 3, 8], k [2, 4, 5, 8] and v [2, 4, 6, 8] do not fit; expected [batch, nHeads, queries, dHead], [batch, nKvHeads, keys, dHead] and [batch, nKvHeads, keys, dValue], nKvHeads a divisor of nHeads",
    }
  `);
});
