import { describe, expect, test } from 'vitest';
import {
  compile,
  foldIn,
  integers,
  keyOf,
  linearTopK,
  normal,
  sampledMatmul,
  sparseMatmul,
  sparseTransposeMatmul,
  tensor,
  topK,
  vjp,
  zeros,
  type Backend,
  type DType,
  type Tensor,
} from '../src/index.ts';
import { isFloat } from '../src/dtype.ts';
import { lowerGraph } from '../src/onnx/lower.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { inputTensor } from '../src/tensor.ts';
import { expectClose } from './closeness.ts';
import fixture from './fixtures/sparse.json' with { type: 'json' };
import { withoutOperators } from './withoutOperators.ts';

const node = await nodeBackend({ threads: 2 });
const wasm = await webBackend({ threads: 2 });
const backends = [node, wasm].map((backend) => [backend.name, backend] as const);

interface Problem {
  readonly values: Tensor;
  readonly indices: Tensor;
  readonly table: Tensor;
  readonly x: Tensor;
}

interface Sizes {
  readonly batch: number;
  readonly k: number;
  readonly latents: number;
  readonly d: number;
  /** Which latents are drawn: those below. Default all. */
  readonly used?: number;
}

function problem({ batch, k, latents, d, used = latents }: Sizes, seed = 1): Problem {
  const key = keyOf(seed);
  const drawn = integers(foldIn(key, 'indices'), batch * k, used);
  return {
    values: normal(foldIn(key, 'values'), [batch, k]),
    indices: tensor(BigInt64Array.from(drawn, BigInt), { shape: [batch, k] }),
    table: normal(foldIn(key, 'table'), [latents, d]),
    x: normal(foldIn(key, 'x'), [batch, d]),
  };
}

/** Products and the gradients of a reconstruction: all three operations, the last one twice. */
function products({ values, indices, table, x }: Problem) {
  const [y, pull] = vjp(
    (leaves: { values: Tensor; table: Tensor }) =>
      sparseMatmul(leaves.values, indices, leaves.table),
    { values, table },
  );
  return {
    y,
    sampled: sampledMatmul(x, indices, table),
    transposed: sparseTransposeMatmul(values, indices, x, table.shape[0] ?? 0),
    ...pull(y.sub(x)),
  };
}

async function run<Result>(backend: Backend, fn: (p: Problem) => Result, p: Problem) {
  const compiled = compile(fn, { backend, name: 'sparse' });
  const result = await compiled(p);
  await compiled.dispose();
  return result;
}

const shapes: Readonly<Record<string, Sizes>> = {
  'latents that no block divides': { batch: 70, k: 5, latents: 50, d: 6 },
  'all pairs in one block of many': { batch: 64, k: 4, latents: 200, d: 3, used: 3 },
  'one latent for each row': { batch: 33, k: 1, latents: 17, d: 2 },
  'rows so long that few are gathered at once': { batch: 40, k: 2, latents: 5, d: 8192 },
};

describe.each(backends)('%s', (_, backend) => {
  test.each(Object.entries(shapes))('equals the dense form: %s', async (_title, sizes) => {
    const p = problem(sizes);
    const sparse = await run(backend, products, p);
    const dense = await run(withoutOperators(backend, ['Scan']), products, p);
    for (const name of ['y', 'sampled', 'transposed', 'values', 'table'] as const) {
      const scale = Math.sqrt(sizes.d);
      expectClose(await sparse[name].data(), await dense[name].data(), 2e-6 * scale, name);
    }
  });

  test('latents that no pair uses get zeros, whatever the memory held before', async () => {
    const sizes = { batch: 64, k: 4, latents: 512, d: 64 };
    const transposed = compile(
      ({ values, indices, x }: Problem) => sparseTransposeMatmul(values, indices, x, 512),
      { backend, name: 'transposed' },
    );
    for (let seed = 1; seed <= 5; seed++) {
      await transposed(problem(sizes, seed));
      const result = await transposed(problem({ ...sizes, used: 20 }, seed));
      const data = await result.data();
      expect(data.slice(0, 20 * 64).some((value) => value !== 0)).toBe(true);
      expect(data.slice(20 * 64).every((value) => value === 0)).toBe(true);
    }
    await transposed.dispose();
  });

  test('the encoder keeps what topK keeps of the dense product, over several pieces', async () => {
    const p = problem({ batch: 1100, k: 3, latents: 40, d: 5 });
    const b = normal(keyOf(9), [40]);
    const both = await run(
      backend,
      ({ x, table }) => {
        const dense = x.matmul(table, { transposeB: true }).add(b);
        return { ours: linearTopK(x, table, b, 3), expected: topK(dense, 3) };
      },
      p,
    );
    expect(await both.ours.indices.data()).toEqual(await both.expected.indices.data());
    expectClose(await both.ours.values.data(), await both.expected.values.data(), 1e-6, 'values');
  });
});

test('all is the same bit for bit in 20 runs and on 1, 2 and 3 threads', async () => {
  // Every latent many times over, so that a lost or reordered update would show.
  const p = problem({ batch: 600, k: 8, latents: 100, d: 48 });
  const bits = async (backend: Backend, runs: number) => {
    const compiled = compile(products, { backend, name: 'sparse' });
    const all: string[] = [];
    for (let i = 0; i < runs; i++) {
      const results = await compiled(p);
      const data = await Promise.all(Object.values(results).map((value) => value.data()));
      all.push(data.map((part) => Buffer.from(part.buffer).toString('base64')).join());
    }
    await compiled.dispose();
    return all;
  };
  const [first, ...others] = await bits(node, 20);
  expect(others.every((other) => other === first)).toBe(true);
  for (const threads of [1, 3]) {
    expect((await bits(await nodeBackend({ threads }), 1))[0] === first).toBe(true);
  }
  const [onWasm, ...othersOnWasm] = await bits(wasm, 5);
  expect(othersOnWasm.every((other) => other === onWasm)).toBe(true);
});

test('gradients that share indices share one sort', () => {
  const place = (path: string, shape: readonly number[], dtype: DType = 'float32') =>
    inputTensor(path, { shape, dtype });
  const [a, b, x] = [place('a', [40, 2]), place('b', [40, 2]), place('x', [40, 3])];
  const [i, j] = [place('i', [40, 2], 'int64'), place('j', [40, 2], 'int64')];
  const sorts = (...pairs: readonly (readonly [Tensor, Tensor])[]) => {
    const outputs = pairs.map(([values, indices], n) => ({
      name: `y${n}`,
      value: sparseTransposeMatmul(values, indices, x, 50),
    }));
    const inputs = [a, b, x, i, j].map((value, n) => ({ name: `x${n}`, value }));
    const { nodes } = lowerGraph(inputs, outputs, { capabilities: node.capabilities });
    return nodes.filter(({ type }) => type === 'TopK').length;
  };
  expect(sorts([a, i], [b, i])).toBe(1);
  expect(sorts([a, i], [b, j])).toBe(2);
});

interface Stored {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const calls: Readonly<
  Record<string, (inputs: readonly [Tensor, Tensor, Tensor], size: number) => Tensor>
> = {
  linearTopK: ([x, w, b], k) => linearTopK(x, w, b, k).values,
  sampledMatmul: ([rows, indices, table]) => sampledMatmul(rows, indices, table),
  sparseMatmul: ([values, indices, table]) => sparseMatmul(values, indices, table),
  sparseTransposeMatmul: ([values, indices, rows], latents) =>
    sparseTransposeMatmul(values, indices, rows, latents),
};

describe.each(backends)("PyTorch's numbers on %s", (_, backend) => {
  test.each(fixture.cases)('$call $inputs.0.shape $params', async (stored) => {
    const { call, params, inputs, output, dy, grads } = stored;
    const xs = inputs.map(load);
    const size = Number(Object.values(params)[0] ?? 0);
    const compiled = compile(
      (places: readonly Tensor[], cotangent: Tensor) => {
        const floats = places.filter((x) => isFloat(x.dtype));
        const [y, pull] = vjp((leaves: readonly Tensor[]) => {
          let next = 0;
          const all = places.map((x) => (isFloat(x.dtype) ? leaves[next++] : x) ?? x);
          const [a = cotangent, b = a, c = b] = all;
          return calls[call]?.([a, b, c], size) ?? cotangent;
        }, floats);
        return { y, grads: pull(cotangent) };
      },
      { backend, name: call },
    );
    const actual = await compiled(xs, load(dy));
    await compiled.dispose();
    expectClose(await actual.y.data(), output.data, 3e-6, 'value');
    expect(actual.grads.length).toBe(grads.length);
    for (const [i, grad] of actual.grads.entries()) {
      expectClose(await grad.data(), grads[i]?.data ?? [], 1e-5, `gradient ${i}`);
    }
  });
});

function load({ dtype, shape, data }: Stored): Tensor {
  return tensor(data, { shape, dtype: dtype === 'int64' ? 'int64' : 'float32' });
}

test('says what does not fit', () => {
  const indices = zeros([4, 2], 'int64');
  const messages = [
    () => sparseMatmul(zeros([4, 3]), indices, zeros([5, 6])),
    () => sparseMatmul(zeros([4, 2]), zeros([4, 2]), zeros([5, 6])),
    () => sparseMatmul(zeros([4, 2]), indices, zeros([5])),
    () => sparseMatmul(zeros([4, 2]), indices, zeros([5, 6], 'float64')),
    () => sparseMatmul(zeros([1, 2]), tensor([[0, 5]], { dtype: 'int64' }), zeros([5, 6])),
    () => sampledMatmul(zeros([3, 6]), indices, zeros([5, 6])),
    () => sparseTransposeMatmul(zeros([4, 2]), indices, zeros([3, 6]), 5),
    () => linearTopK(zeros([4, 6]), zeros([5, 7]), zeros([5]), 2),
    () => linearTopK(zeros([4, 6]), zeros([5, 6]), zeros([5]), 6),
  ].map((action) => {
    try {
      action();
      return 'no error';
    } catch (error) {
      return String(error);
    }
  });
  expect(messages).toMatchInlineSnapshot(`
    [
      "ShapeError: sparseMatmul: indices [4, 2] do not fit values [4, 3]; expected the same shape",
      "ShapeError: sparseMatmul: indices are float32; expected int32 or int64",
      "ShapeError: sparseMatmul: table [5] is not a matrix; give it two axes with reshape",
      "ShapeError: sparseMatmul: element types float32 and float64; expected the same floating-point type, convert with cast",
      "ShapeError: sparseMatmul: index 5 at position 1 is out of range for an axis of size 5; expected 0 to 4",
      "ShapeError: sampledMatmul: rows [3, 6], indices [4, 2] and table [5, 6] do not fit; expected [batch, d], [batch, k] and [latents, d]",
      "ShapeError: sparseTransposeMatmul: rows [3, 6] do not fit values [4, 2]; expected [4, d]",
      "ShapeError: linearTopK: x [4, 6], w [5, 7] and b [5] do not fit; expected [batch, d], [latents, d] and [latents]",
      "ConfigError: linearTopK: k = 6 is not an integer from 1 to 5, the rows of w [5, 6]",
    ]
  `);
});
