import { describe, expect, test } from 'vitest';
import {
  argsort,
  compile,
  embedding,
  foldIn,
  grad,
  integers,
  keyOf,
  normals,
  scatterAdd,
  tensor,
  topK,
  topKMask,
  zeros,
  type Backend,
  type Tensor,
} from '../src/index.ts';
import type { OnnxGraph, OnnxNode } from '../src/onnx/model.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';

const node = await nodeBackend({ threads: 2 });
const wasm = await webBackend({ threads: 2 });

/** Puts the higher index first among equal elements, as a TopK of another backend may. */
const unstable: Backend = {
  ...node,
  name: 'unstable',
  capabilities: { supports: () => false, adapt: withHigherIndexFirst },
};

describe.each([node, wasm, unstable].map((backend) => [backend.name, backend] as const))(
  'equal elements on %s',
  (_, backend) => {
    const [rows, columns] = [5, 200];
    const values = Array.from(integers(keyOf(3), rows * columns, 7));
    const x = tensor(values, { shape: [rows, columns] });
    const row = (i: number) => values.slice(i * columns, (i + 1) * columns);
    const inOrder = (line: readonly number[], sign: number) =>
      line.map((_, i) => i).toSorted((i, j) => sign * ((line[i] ?? 0) - (line[j] ?? 0)));

    test.each([
      ['ascending', 1, columns],
      ['descending', -1, columns],
      ['the smallest', 1, 37],
      ['the largest', -1, 50],
      ['the largest one', -1, 1],
    ])('stay in the order of their indices: %s', async (__, sign, k) => {
      const order = (places: Tensor) =>
        k === columns
          ? argsort(places, { descending: sign < 0 })
          : topK(places, k, { largest: sign < 0 }).indices;
      const run = compile(order, { backend });
      const indices = Array.from(await (await run(x)).data(), Number);
      await run.dispose();
      const expected = Array.from({ length: rows }, (___, i) => inOrder(row(i), sign).slice(0, k));
      expect(indices).toEqual(expected.flat());
    });

    test('fill a mask from the lowest index', async () => {
      const run = compile((places: Tensor) => topKMask(places, 50), { backend });
      const mask = Array.from(await (await run(x)).data(), Number);
      await run.dispose();
      const expected = Array.from({ length: rows }, (__, i) => {
        const chosen = new Set(inOrder(row(i), -1).slice(0, 50));
        return row(i).map((___, column) => Number(chosen.has(column)));
      });
      expect(mask).toEqual(expected.flat());
    });
  },
);

describe.each([node, wasm].map((backend) => [backend.name, backend] as const))(
  'many values for few places on %s, with two threads',
  (_, backend) => {
    const [count, width] = [20_000, 8];
    const draws = normals(keyOf(5), count * width);
    const values = tensor(draws, { shape: [count, width] });
    const weighted = (rows: number) => (table: Tensor, indices: Tensor, weights: Tensor) =>
      grad((leaf: Tensor) => embedding(leaf, indices).mul(weights).sum())(table).add(
        zeros([rows, 1]),
      );

    test.each([
      ['scatterAdd', 3],
      ['addAlongAxis', 3],
      ['the gradient of a small embedding', 3],
      ['the gradient of a large embedding', 500],
    ])('%s adds up every one of them, the same bits in 20 runs', async (name, rows) => {
      const places = integers(foldIn(keyOf(7), name), count, 3);
      const indices = tensor(places);
      const run = compile(
        (from: Tensor, at: Tensor) => {
          switch (name) {
            case 'scatterAdd':
              return scatterAdd(from, at, rows);
            case 'addAlongAxis':
              return zeros([rows, width]).addAlongAxis(
                at.reshape([count, 1]).expand([count, width]),
                from,
                0,
              );
            default:
              return weighted(rows)(zeros([rows, width]), at, from);
          }
        },
        { backend },
      );
      const first = await (await run(values, indices)).data();
      for (let i = 1; i < 20; i++) expect(await (await run(values, indices)).data()).toEqual(first);
      await run.dispose();
      const expected = new Float64Array(rows * width);
      places.forEach((place, i) => {
        for (let column = 0; column < width; column++) {
          const at = place * width + column;
          expected[at] = (expected[at] ?? 0) + (draws[i * width + column] ?? 0);
        }
      });
      expect(Math.max(...expected.map((sum, i) => Math.abs(sum - Number(first[i]))))).toBeLessThan(
        2e-3,
      );
    });
  },
);

function withHigherIndexFirst(graph: OnnxGraph): OnnxGraph {
  let names = 0;
  const node = (
    type: string,
    inputs: readonly string[],
    outputs: readonly string[],
    attributes: OnnxNode['attributes'] = {},
  ): OnnxNode => ({ type, domain: '', inputs, outputs, attributes });
  const int64 = (name: string, value: number) => ({
    name,
    data: BigInt64Array.of(BigInt(value)),
    shape: [1],
    dtype: 'int64' as const,
  });
  const nodes = graph.nodes.flatMap((topKNode) => {
    if (topKNode.type !== 'TopK') return [topKNode];
    const [x = '', k = ''] = topKNode.inputs;
    const [values = '', indices = ''] = topKNode.outputs;
    const id = `reversed${names++}`;
    return [
      node('Slice', [x, 'minus1', 'before', 'axis', 'minus1'], [`${id}.x`]),
      node('TopK', [`${id}.x`, k], [values, `${id}.i`], topKNode.attributes),
      node('Shape', [x], [`${id}.n`], { start: 1, end: 2 }),
      node('Add', [`${id}.n`, 'minus1'], [`${id}.last`]),
      node('Sub', [`${id}.last`, `${id}.i`], [indices]),
    ];
  });
  const constants = [int64('minus1', -1), int64('before', -(2 ** 31)), int64('axis', 1)];
  return { ...graph, nodes, initializers: [...graph.initializers, ...constants] };
}
