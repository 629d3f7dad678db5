import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  compile,
  crossEntropy,
  customVjp,
  evaluate,
  foldIn,
  grad,
  hessianVectorProduct,
  jacobian,
  jvp,
  keyOf,
  linear,
  normal,
  ones,
  remat,
  straightThrough,
  tensor,
  unroll,
  valueAndGrad,
  valueAndGradWithAux,
  vjp,
  vmap,
  zeros,
  type Tensor,
} from '../src/index.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { hostData } from '../src/tensor.ts';
import { flattenTensors, mapTensors } from '../src/tree.ts';
import { expectClose } from './closeness.ts';

const backend = await nodeBackend({ threads: 1 });

/** The numbers of tensors that were built outside a compiled function. */
async function numbers(...tensors: readonly Tensor[]): Promise<number[][]> {
  const values = await evaluate(tensors, { backend });
  return values.map((value) => Array.from(hostData(value), Number));
}

const double = (values: readonly number[]) => tensor([...values], { dtype: 'float64' });
const random = (name: string, shape: readonly number[]) => normal(foldIn(keyOf(7), name), shape);

describe('valueAndGradWithAux', () => {
  test('differentiates the loss and hands on the rest', async () => {
    const fn = valueAndGradWithAux((w: Tensor, x: Tensor) => {
      const y = w.mul(x);
      return [y.sum(), { y, steps: 3 }];
    });
    const [loss, gradient, aux] = fn(tensor([1, 2]), tensor([10, 100]));
    expectTypeOf(aux).toEqualTypeOf<{ y: Tensor; steps: number }>();
    expect(await numbers(loss, gradient, aux.y)).toEqual([[210], [10, 100], [10, 200]]);
    expect(aux.steps).toBe(3);
  });
});

describe('vjp and jvp of trees', () => {
  const fn = ({ a, b }: { a: Tensor; b: readonly [Tensor] }) => ({
    product: a.mul(b[0]),
    sines: [a.sin()],
  });
  const at = { a: double([1, 2]), b: [double([3, 5])] as const };

  test('the pullback takes a cotangent for each output and gives one for each input', async () => {
    const [output, pull] = vjp(fn, at);
    const { a, b } = pull({ product: double([1, 10]), sines: [double([100, 0])] });
    const [product, da, db] = await numbers(output.product, a, b[0]);
    expect([product, db]).toEqual([
      [3, 10],
      [1, 20],
    ]);
    expectClose(da ?? [], [3 + 100 * Math.cos(1), 50], 1e-12, 'cotangent of a');
  });

  test('the derivative along a tree is the sum of those along its leaves', async () => {
    const [, tangent] = jvp(fn, at, { a: double([1, 0]), b: [double([0, 7])] });
    const [product, sines] = await numbers(tangent.product, tangent.sines[0] ?? at.a);
    expect(product).toEqual([3, 14]);
    expectClose(sines ?? [], [Math.cos(1), 0], 1e-12, 'sines');
  });
});

describe('hessianVectorProduct', () => {
  test('of a quadratic form is its matrix times the vector', async () => {
    const matrix = tensor(
      [
        [2, 1],
        [1, 5],
      ],
      { dtype: 'float64' },
    );
    const form = (x: Tensor) => x.reshape([1, 2]).matmul(matrix).mul(x).sum().mul(0.5);
    const product = hessianVectorProduct(form, double([3, -4]), double([1, 10]));
    expect(await numbers(product)).toEqual([[12, 51]]);
  });

  test('of a tree is the difference of gradients along the vector', async () => {
    const params = { w: double([0.3, -0.7]), b: double([0.2]) };
    const vector = { w: double([1, 2]), b: double([-3]) };
    const loss = (p: typeof params) => p.w.mul(p.b).sin().sum().add(p.b.exp().sum());
    const step = 1e-5;
    const shifted = (sign: number) =>
      grad(loss)({
        w: params.w.add(vector.w.mul(sign * step)),
        b: params.b.add(vector.b.mul(sign * step)),
      });
    const { w, b } = hessianVectorProduct(loss, params, vector);
    const [up, down] = [shifted(1), shifted(-1)];
    const [dw = [], db = [], ...rest] = await numbers(w, b, up.w, down.w, up.b, down.b);
    const slope = (high: readonly number[] = [], low: readonly number[] = []) =>
      high.map((value, i) => (value - (low[i] ?? 0)) / (2 * step));
    expectClose(dw, slope(rest[0], rest[1]), 1e-8, 'w');
    expectClose(db, slope(rest[2], rest[3]), 1e-8, 'b');
  });
});

describe('jacobian', () => {
  test('of a linear map is the map', async () => {
    const matrix = random('map', [3, 2]);
    const map = (x: Tensor) => matrix.matmul(x.reshape([2, 1])).reshape([3]);
    const [actual, expected] = await numbers(jacobian(map, ones([2])), matrix);
    expect(jacobian(map, ones([2])).shape).toEqual([3, 2]);
    expect(actual).toEqual(expected);
  });

  test('has the axes of the output before those of the input, and the rows of vjp', async () => {
    const x = random('x', [2, 3]);
    const fn = (a: Tensor) => a.softmax().transpose().cumsum(0).mul(a.sum());
    const whole = jacobian(fn, x);
    expect(whole.shape).toEqual([3, 2, 2, 3]);
    const [, pull] = vjp(fn, x);
    const row = Array<number>(6).fill(0);
    row[4] = 1;
    const [all = [], wanted = []] = await numbers(whole, pull(tensor(row, { shape: [3, 2] })));
    expectClose(all.slice(24, 30), wanted, 1e-6, 'row of output [2, 0]');
  });
});

describe('customVjp', () => {
  const clipped = customVjp({
    name: 'clipped',
    forward: (x: Tensor, limits: { low: number }) => x.maximum(limits.low).mul(2),
    backward: ({ args: [x], output, dy }) => [dy.mul(x).add(output), null],
  });

  test('gives the value of forward and the gradient of backward', async () => {
    const [loss, dx] = valueAndGrad((x: Tensor) => clipped(x.mul(3), { low: 0 }).sum())(
      tensor([1, -2]),
    );
    // y = 3x; dL/dx = 3 (y + output).
    expect(await numbers(loss, dx)).toEqual([[6], [27, -18]]);
  });

  test('can be differentiated again, through backward', async () => {
    const slope = (x: Tensor) => grad((a: Tensor) => clipped(a, { low: 0 }).sum())(x).sum();
    // The slope is x + output(x): 1, and again the gradient of backward, x + output(x).
    expect(await numbers(grad(slope)(tensor([3, -1])))).toEqual([[1 + 3 + 6, 1 - 1 + 0]]);
  });

  test('leaves no trace in the compiled graph', () => {
    const compiled = compile((x: Tensor) => clipped(x, { low: 0 }), { backend });
    const plain = compile((x: Tensor) => x.maximum(0).mul(2), { backend });
    expect(compiled.toOnnx(ones([3]))).toEqual(plain.toOnnx(ones([3])));
  });

  test('gives several outputs cotangents of zero where none arrives', async () => {
    const both = customVjp({
      name: 'both',
      forward: (x: Tensor) => ({ first: x.mul(1), second: x.mul(2) }),
      backward: ({ dy }) => [dy.first.mul(10).add(dy.second.mul(100))],
    });
    const x = tensor([1, 2]);
    expect(await numbers(grad((a: Tensor) => both(a).first.sum())(x))).toEqual([[10, 10]]);
    expect(await numbers(grad((a: Tensor) => both(a).second.sum())(x))).toEqual([[100, 100]]);
  });

  test('straightThrough has the value of one and the gradient of the other', async () => {
    const round = (x: Tensor) => straightThrough(x.greater(0.5).cast('float32'), x);
    const [loss, dx] = valueAndGrad((x: Tensor) =>
      round(x)
        .mul(tensor([3, 5]))
        .sum(),
    )(tensor([0.2, 0.9]));
    expect(await numbers(loss, dx)).toEqual([[5], [3, 5]]);
  });
});

describe('remat', () => {
  const [w1, w2] = [random('w1', [4, 4]), random('w2', [4, 4])];
  const block = (x: Tensor, w: Tensor) => x.matmul(w).exp().add(1).log().tanh();
  const model =
    (wrap: (fn: typeof block) => typeof block) => (p: { w1: Tensor; w2: Tensor }, x: Tensor) => {
      const layer = wrap(block);
      return layer(layer(x, p.w1), p.w2).square().sum();
    };
  const params = { w1, w2 };
  const x = random('input', [3, 4]);

  /** How often ONNX Runtime runs an operator, after all its own optimisation. */
  const kernels = async (wrap: (fn: typeof block) => typeof block, operator: string) => {
    const compiled = compile(grad(model(wrap)), { backend });
    const feeds = flattenTensors([params, x]).map(({ path, value }) => {
      const { shape, dtype } = value;
      return [`in.${path}`, { shape, dtype, data: hostData(value) }] as const;
    });
    const onnx = compiled.toOnnx(params, x);
    const inputs = Object.fromEntries(feeds);
    const times = await backend.profile?.(onnx, { optimization: 'all' }, inputs);
    return [...(times?.keys() ?? [])].filter((name) => name.endsWith(`/${operator}`)).length;
  };

  test('gives the same values and gradients, bit for bit', async () => {
    const run = (wrap: (fn: typeof block) => typeof block) =>
      compile((p: typeof params) => valueAndGrad(model(wrap))(p, x), { backend })(params);
    const [loss, gradient] = await run(remat);
    const [expectedLoss, expected] = await run((fn) => fn);
    expect(hostData(loss)).toEqual(hostData(expectedLoss));
    expect(hostData(gradient.w1)).toEqual(hostData(expected.w1));
    expect(hostData(gradient.w2)).toEqual(hostData(expected.w2));
  });

  test('computes each block twice, which neither our merging nor that of the runtime undoes', async () => {
    expect(await kernels((fn) => fn, 'Exp')).toBe(2);
    expect(await kernels(remat, 'Exp')).toBe(4);
  });

  test('keeps the gradients of tensors that the function captures', async () => {
    const loss = (w: Tensor) => remat((a: Tensor) => a.mul(w).sin())(x).sum();
    const plain = (w: Tensor) => x.mul(w).sin().sum();
    const w = random('captured', [4]);
    const [actual = [], expected = []] = await numbers(grad(loss)(w), grad(plain)(w));
    expectClose(actual, expected, 1e-6, 'gradient');
  });

  test('can be nested and differentiated twice', async () => {
    const inner = remat((a: Tensor) => a.sin());
    const outer = remat((a: Tensor) => inner(a.square()).mul(a));
    const slope = (f: (a: Tensor) => Tensor) => (a: Tensor) =>
      grad((b: Tensor) => f(b).sum())(a).sum();
    const at = double([0.3, -1.2, 2]);
    const [first = [], expected = [], second = [], wanted = []] = await numbers(
      grad((a: Tensor) => outer(a).sum())(at),
      grad((a: Tensor) => a.square().sin().mul(a).sum())(at),
      grad(slope(outer))(at),
      grad(slope((a) => a.square().sin().mul(a)))(at),
    );
    expectClose(first, expected, 1e-12, 'first');
    expectClose(second, wanted, 1e-12, 'second');
  });

  test('stays exact where the cotangent is not a number', async () => {
    const wrapped = remat((a: Tensor) => a.exp().mul(2));
    const [, pull] = vjp(wrapped, x.slice({ axis: 0, end: 1 }));
    const dy = tensor([[NaN, 1, 1, 1]]);
    const [dx = []] = await numbers(pull(dy));
    const [expected = []] = await numbers(x.slice({ axis: 0, end: 1 }).exp().mul(2));
    expect(dx[0]).toBeNaN();
    expectClose(dx.slice(1), expected.slice(1), 1e-6, 'dx');
  });
});

describe('unroll', () => {
  const step = (state: { x: Tensor; v: Tensor }, force: Tensor) => {
    const v = state.v.mul(0.9).add(force);
    const next = { x: state.x.add(v), v };
    return [next, { energy: v.square().sum() }] as const;
  };
  const start = { x: tensor([0, 1]), v: tensor([1, -1]) };
  const forces = random('forces', [3, 2]);

  test('makes the same steps as calls one after another', async () => {
    const one = compile(step, { backend, name: 'step' });
    let state = start;
    const energies: number[] = [];
    for (let i = 0; i < 3; i++) {
      const force = tensor(Array.from(hostData(forces).slice(2 * i, 2 * i + 2), Number));
      const [next, { energy }] = await one(state, force);
      state = next;
      energies.push(await energy.item());
    }
    const [last, outputs] = await compile(unroll(step, 3), { backend })(start, forces);
    expect(outputs.energy.shape).toEqual([3]);
    expectClose(hostData(outputs.energy), energies, 1e-6, 'energies');
    expectClose(hostData(last.x), hostData(state.x), 1e-6, 'x');
    expectClose(hostData(last.v), hostData(state.v), 1e-6, 'v');
  });

  test('is differentiated through all its steps', async () => {
    // d/dx0 of the last x after x <- 2 x, three times.
    const doubling = unroll((x: Tensor) => [x.mul(2), x] as const, 3);
    const slope = grad((x: Tensor) => doubling(x, zeros([3]))[0].sum())(tensor([5]));
    expect(await numbers(slope)).toEqual([[8]]);
  });
});

describe('vmap', () => {
  const sizes = { seeds: 3, batch: 5, dIn: 2, dHidden: 4, classes: 3 };
  const init = (seed: number) => {
    const draw = (name: string, shape: readonly number[]) =>
      normal(foldIn(foldIn(keyOf(11), seed), name), shape);
    return {
      hidden: { w: draw('w1', [sizes.dIn, sizes.dHidden]), b: draw('b1', [sizes.dHidden]) },
      output: { w: draw('w2', [sizes.dHidden, sizes.classes]), b: draw('b2', [sizes.classes]) },
    };
  };
  const inits = Array.from({ length: sizes.seeds }, (_, seed) => init(seed));
  const together = mapTensors(init(0), (value, path) => {
    const parts = inits.map((params) => flattenTensors(params).find((leaf) => leaf.path === path));
    const data = parts.flatMap((part) => (part ? Array.from(hostData(part.value), Number) : []));
    return tensor(data, { shape: [sizes.seeds, ...value.shape] });
  });
  const x = random('points', [sizes.batch, sizes.dIn]);
  const labels = tensor([0, 1, 2, 1, 0], { dtype: 'int32' });
  const loss = (p: ReturnType<typeof init>) => {
    const hidden = linear(x, p.hidden.w, p.hidden.b).gelu();
    return crossEntropy(linear(hidden, p.output.w, p.output.b), labels).mean();
  };

  test('gives each seed the loss and the gradient that it has alone', async () => {
    const all = compile((p: typeof together) => vmap(valueAndGrad(loss))(p), { backend });
    const alone = compile((p: ReturnType<typeof init>) => valueAndGrad(loss)(p), { backend });
    const [losses, gradients] = await all(together);
    for (const [seed, params] of inits.entries()) {
      const [wantedLoss, wanted] = await alone(params);
      expectClose([Number(hostData(losses)[seed])], hostData(wantedLoss), 1e-6, `loss ${seed}`);
      for (const { path, value } of flattenTensors(wanted)) {
        const own = flattenTensors(gradients).find((leaf) => leaf.path === path)?.value;
        const from = seed * value.size;
        const part = own && hostData(own).slice(from, from + value.size);
        expectClose(part ?? [], hostData(value), 1e-5, `${path} of ${seed}`);
      }
    }
  });

  test('makes one operation of many: three seeds take a graph of less than twice the size of one', async () => {
    const count = async (explained: Promise<{ total: { count: number } }>) =>
      (await explained).total.count;
    const alone = compile((p: ReturnType<typeof init>) => valueAndGrad(loss)(p), { backend });
    const all = compile((p: typeof together) => vmap(valueAndGrad(loss))(p), { backend });
    const one = await count(alone.explain(init(0)));
    expect(await count(all.explain(together))).toBeLessThan(2 * one);
  });

  const parts: Readonly<Record<string, (a: Tensor, shared: Tensor) => Tensor>> = {
    'elementwise, of different rank': (a, shared) => a.sum(0).add(shared).mul(a),
    'what is shared and what is not': (a, shared) => a.matmul(shared).sub(shared.sum()),
    'a product with the transpose': (a) => a.matmul(a, { transposeB: true }),
    reductions: (a) => a.mean(1, { keepDims: true }).add(a.max()),
    shapes: (a) => a.reshape([4]).expand([3, 4]).transpose(),
    'an axis': (a) => a.softmax(0).cumsum(-1),
    'an operation without a rule': (a) => a.pad({ axis: 0, before: 1 }),
    'a result that depends on nothing': (_, shared) => shared.exp(),
    'a condition': (a, shared) => a.greater(0).where(a, shared),
    'a gradient': (a) => grad((b: Tensor) => b.exp().sum())(a),
    'a gradient of its own': (a) => remat((b: Tensor) => b.sin())(a),
  };
  test.each(Object.entries(parts))('%s: as for each part alone', async (_, fn) => {
    const shared = random('shared', [2, 2]);
    const all = random('all', [3, 2, 2]);
    const at = (i: number) => all.slice({ axis: 0, start: i, end: i + 1 }).reshape([2, 2]);
    const [whole = [], ...each] = await numbers(
      vmap((a: Tensor) => fn(a, shared))(all),
      ...[0, 1, 2].map((i) => fn(at(i), shared)),
    );
    expectClose(whole, each.flat(), 1e-6, 'parts');
  });

  test('keeps gradients of their own when it is differentiated itself', async () => {
    const ten = customVjp({
      name: 'ten',
      forward: (x: Tensor) => x.mul(1),
      backward: ({ dy }) => [dy.mul(10)],
    });
    const slope = grad((a: Tensor) => vmap((b: Tensor) => ten(b).mul(2))(a).sum())(tensor([1, 2]));
    expect(await numbers(slope)).toEqual([[20, 20]]);
  });
});
