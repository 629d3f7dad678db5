import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest';
import {
  compile,
  evaluate,
  flattenTensors,
  full,
  grad,
  hostData,
  keyOf,
  linear,
  NonFiniteError,
  normal,
  ones,
  split,
  tensor,
  valueAndGrad,
  zeros,
  zipTensors,
  type Tensor,
} from '../src/index.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { expectClose } from './closeness.ts';

const backend = await nodeBackend({ threads: 1 });

const list = async (value: Tensor) => Array.from(await value.data(), Number);

/** A function that counts how often it is traced. */
function counted<Args extends readonly unknown[], Result>(fn: (...args: Args) => Result) {
  let traces = 0;
  const traced = (...args: Args): Result => {
    traces++;
    return fn(...args);
  };
  return Object.assign(traced, { traces: () => traces });
}

describe('signatures', () => {
  test('the same shapes, element types and settings are traced once', async () => {
    const fn = counted((x: Tensor, scale: number) => x.mul(scale));
    const compiled = compile(fn, { backend });
    expect(await list(await compiled(tensor([1, 2]), 10))).toEqual([10, 20]);
    expect(await list(await compiled(tensor([3, 4]), 10))).toEqual([30, 40]);
    expect([fn.traces(), compiled.signatureCount()]).toEqual([1, 1]);
  });

  test('calls that start together share one graph and keep their own numbers', async () => {
    const fn = counted((x: Tensor) => x.square());
    const compiled = compile(fn, { backend });
    const results = await Promise.all([1, 2, 3, 4].map((x) => compiled(tensor([x]))));
    expect(await Promise.all(results.map(list))).toEqual([[1], [4], [9], [16]]);
    expect(fn.traces()).toBe(1);
  });

  test.each<[string, [Tensor, number | string], number[]]>([
    ['another shape', [tensor([1, 2, 3]), 10], [10, 20, 30]],
    ['another rank', [tensor([[1, 2]]), 10], [10, 20]],
    ['another element type', [tensor([1, 2], { dtype: 'float64' }), 10], [10, 20]],
    ['another setting', [tensor([1, 2]), 0.5], [0.5, 1]],
    ['a setting of another type', [tensor([1, 2]), '10'], [10, 20]],
  ])('%s is another graph', async (_, args, expected) => {
    const fn = counted((x: Tensor, scale: number | string) => x.mul(Number(scale)));
    const compiled = compile(fn, { backend });
    await compiled(tensor([1, 2]), 10);
    expect(await list(await compiled(...args))).toEqual(expected);
    expect([fn.traces(), compiled.signatureCount()]).toEqual([2, 2]);
  });

  test.each<[string, unknown, unknown]>([
    ['an empty list and an empty object', [], {}],
    ['a missing and an undefined setting', {}, { scale: undefined }],
    ['zero and minus zero', 0, -0],
    ['not-a-number and the word', NaN, 'NaN'],
    ['a number and a large integer', 1, 1n],
    ['one text with a line break and two settings', ['1\n1 = "2'], ['1', '2']],
  ])('%s are different settings', async (_, a, b) => {
    const compiled = compile((x: Tensor, _setting: unknown) => x.neg(), { backend });
    await compiled(tensor([1]), a);
    await compiled(tensor([1]), b);
    await compiled(tensor([1]), a);
    await compiled(tensor([1]), b);
    expect(compiled.signatureCount()).toBe(2);
  });

  test('null, booleans, missing settings and settings inside trees are settings too', async () => {
    const compiled = compile(
      (x: Tensor, { scale, isNegative }: { scale?: number | null; isNegative: boolean }) =>
        x.mul((scale ?? 1) * (isNegative ? -1 : 1)),
      { backend },
    );
    const x = tensor([2]);
    expect(await list(await compiled(x, { scale: 3, isNegative: false }))).toEqual([6]);
    expect(await list(await compiled(x, { scale: 3, isNegative: true }))).toEqual([-6]);
    expect(await list(await compiled(x, { scale: null, isNegative: true }))).toEqual([-2]);
    expect(await list(await compiled(x, { isNegative: true }))).toEqual([-2]);
    expect(compiled.signatureCount()).toBe(4);
  });
});

describe('results', () => {
  const x = tensor([1, 2]);

  test('have the form and the types of what the function returns', async () => {
    const compiled = compile(
      (a: Tensor) => ({ sum: a.sum(), parts: [a, { twice: a.mul(2) }] as const, none: [] }),
      { backend },
    );
    const result = await compiled(x);
    expectTypeOf(result.parts[1].twice).toEqualTypeOf<Tensor>();
    expect(Object.keys(result)).toEqual(['sum', 'parts', 'none']);
    expect(result.sum.shape).toEqual([]);
    expect(await result.sum.item()).toBe(3);
    expect(await list(result.parts[1].twice)).toEqual([2, 4]);
    expect(result.none).toEqual([]);
  });

  test('can be an input, a constant, and the same value twice', async () => {
    const captured = tensor([[5], [6]], { dtype: 'int32' });
    const compiled = compile(
      (a: Tensor) => {
        const y = a.exp();
        return { input: a, again: a, constant: captured, filled: zeros([3]), y, same: y };
      },
      { backend },
    );
    const result = await compiled(x);
    expect(await list(result.input)).toEqual([1, 2]);
    expect(await list(result.again)).toEqual([1, 2]);
    expect(result.constant).toMatchObject({ shape: [2, 1], dtype: 'int32' });
    expect(await list(result.constant)).toEqual([5, 6]);
    expect(await list(result.filled)).toEqual([0, 0, 0]);
    expect(await list(result.y)).toEqual(await list(result.same));
  });

  test('are concrete and can be passed on', async () => {
    const twice = compile((a: Tensor) => a.mul(2), { backend });
    expect(await list(await twice(await twice(await twice(x))))).toEqual([8, 16]);
  });

  test('are not changed by later calls', async () => {
    const twice = compile((a: Tensor) => a.mul(2), { backend });
    const first = await twice(x);
    await twice(tensor([100, 200]));
    expect(await list(first)).toEqual([2, 4]);
  });

  test('keep every element type, also of single elements and of large integers', async () => {
    const big = 2n ** 60n + 1n;
    const constants = [
      tensor(BigInt64Array.of(big)),
      tensor(BigInt64Array.of(big, -big)),
      tensor([1.1], { dtype: 'float64' }),
      tensor([1.1]),
      tensor([1, 0], { dtype: 'bool' }),
      tensor([-7], { dtype: 'int32' }),
    ];
    const echo = compile((inputs: readonly Tensor[]) => ({ inputs, constants }), { backend });
    const result = await echo(constants);
    for (const [i, constant] of constants.entries()) {
      for (const copy of [result.inputs[i], result.constants[i]]) {
        expect(copy?.dtype).toBe(constant.dtype);
        expect(await copy?.data()).toEqual(await constant.data());
      }
    }
  });

  test('tell 0 from -0', async () => {
    const divide = compile((a: Tensor) => [a.div(0), a.div(-0)], { backend });
    const [plus = x, minus = x] = await divide(x);
    expect([await list(plus), await list(minus)]).toEqual([
      [Infinity, Infinity],
      [-Infinity, -Infinity],
    ]);
  });

  test('of evaluate are those of the graph that was built outside', async () => {
    const built = { y: tensor([1, 2]).add(1), z: zeros([]).cos() };
    const result = await evaluate(built, { backend });
    expect([await list(result.y), await list(result.z)]).toEqual([[2, 3], [1]]);
  });

  test('do not depend on an input that nothing uses', async () => {
    const compiled = compile((a: Tensor, _unused: Tensor) => a.neg(), { backend });
    expect(await list(await compiled(x, tensor([[9]])))).toEqual([-1, -2]);
  });
});

describe('the whole step of a small network', () => {
  const [k1, k2, k3, k4] = split(keyOf(5), 4);
  if (!k1 || !k2 || !k3 || !k4) throw new Error('four keys');
  const params = {
    hidden: { w: normal(k1, [3, 8]), b: zeros([8]) },
    output: { w: normal(k2, [8, 2]), b: zeros([2]) },
  };
  const loss = (p: typeof params, x: Tensor, y: Tensor) => {
    const hidden = linear(x, p.hidden.w, p.hidden.b).gelu();
    return linear(hidden, p.output.w, p.output.b).sub(y).square().mean();
  };
  const step = (p: typeof params, x: Tensor, y: Tensor) => {
    const [value, gradient] = valueAndGrad(loss)(p, x, y);
    return { value, gradient };
  };
  const data = [normal(k3, [16, 3]), normal(k4, [16, 2])] as const;

  test.each([
    ['without clean-up', { cleanUp: { simplify: false, fold: false, merge: false, fuse: false } }],
    ['without simplification', { cleanUp: { simplify: false } }],
    ['without folding', { cleanUp: { fold: false } }],
    ['without merging', { cleanUp: { merge: false } }],
    ['without fusing', { cleanUp: { fuse: false } }],
    ['without packing', { packState: false }],
    ['while it looks for NaN', { checkFinite: true }],
    ['without optimisation by the runtime', { optimization: 'disabled' }],
    ['with all optimisation by the runtime', { optimization: 'all' }],
  ] as const)('is the same %s', async (_, options) => {
    const expected = await compile(step, { backend })(params, ...data);
    const actual = await compile(step, { backend, ...options })(params, ...data);
    for (const layer of ['hidden', 'output'] as const) {
      for (const name of ['w', 'b'] as const) {
        const wanted = await list(expected.gradient[layer][name]);
        expectClose(await list(actual.gradient[layer][name]), wanted, 1e-6, `${layer}.${name}`);
      }
    }
    expectClose(await list(actual.value), await list(expected.value), 1e-6, 'loss');
  });

  test('is the same bit for bit in a second run', async () => {
    const compiled = compile(step, { backend });
    const first = await compiled(params, ...data);
    const second = await compiled(params, ...data);
    expect(await second.gradient.hidden.w.data()).toEqual(await first.gradient.hidden.w.data());
  });
});

describe('a state that goes in and comes out', () => {
  type State = typeof first;
  const first = {
    params: { w: normal(keyOf(31), [3, 4]), b: zeros([4]), large: ones([200, 100]) },
    m: { w: zeros([3, 4]), b: zeros([4]), large: zeros([200, 100]) },
    rates: [tensor(0.9), tensor(0.1)],
    count: tensor([0], { dtype: 'int32' }),
  };
  const step = (state: State, x: Tensor) => {
    const loss = (p: State['params']) =>
      x.matmul(p.w).add(p.b).square().mean().add(p.large.mean().square());
    const [value, gradient] = valueAndGrad(loss)(state.params);
    const [decay = x, rate = x] = state.rates;
    const m = zipTensors([state.m, gradient], ([a = x, g = x]) => a.mul(decay).add(g));
    const params = zipTensors([state.params, m], ([p = x, a = x]) => p.sub(a.mul(rate)));
    return { value, next: { ...state, params, m, count: state.count.add(1) } };
  };
  const x = normal(keyOf(32), [5, 3]);
  const numbersOf = (state: State) =>
    flattenTensors(state).map(({ path, value }) => [path, Array.from(hostData(value), Number)]);

  test('is packed unseen: the same numbers, step by step, and the same form', async () => {
    const packed = compile(step, { backend });
    const plain = compile(step, { backend, packState: false });
    let [a, b] = [first, first];
    for (let i = 0; i < 3; i++) {
      [a, b] = [(await packed(a, x)).next, (await plain(b, x)).next];
      expect(numbersOf(a)).toEqual(numbersOf(b));
    }
    expect(Object.keys(a)).toEqual(Object.keys(first));
    expect([...hostData(a.count)]).toEqual([3]);
  });

  test('may be taken apart and put together with other tensors between steps', async () => {
    const packed = compile(step, { backend });
    const plain = compile(step, { backend, packState: false });
    const { next } = await packed(first, x);
    const mixed = { ...next, m: { ...next.m, b: tensor([1, 2, 3, 4]) }, params: next.params };
    const [one, other] = [await packed(mixed, x), await plain(mixed, x)];
    expect(numbersOf(one.next)).toEqual(numbersOf(other.next));
    const swapped = { ...next, m: next.params, params: next.m };
    const [two, another] = [await packed(swapped, x), await plain(swapped, x)];
    expect(numbersOf(two.next)).toEqual(numbersOf(another.next));
  });

  test('takes few inputs and one operation for all small tensors', async () => {
    const models: Uint8Array[] = [];
    const spying = {
      ...backend,
      createSession: (
        model: Uint8Array,
        options: { optimization: 'disabled' | 'basic' | 'all' },
      ) => {
        models.push(model);
        return backend.createSession(model, options);
      },
    };
    for (const packState of [true, false])
      await compile(step, { backend: spying, packState })(first, x);
    const names = models.map((model) =>
      Array.from(new TextDecoder('latin1').decode(model).matchAll(/sub_\d+\/Sub/g), String),
    );
    // w and b together, and large apart; then each of the three.
    expect(names.map((found) => found.length)).toEqual([2, 3]);
    const text = models.map((model) => new TextDecoder('latin1').decode(model));
    expect(text.map((each) => each.includes('in.0.params.w'))).toEqual([false, true]);
  });

  test('has its own names in the exported file', () => {
    const onnx = compile(step, { backend }).toOnnx(first, x);
    const text = new TextDecoder('latin1').decode(onnx);
    for (const name of ['in.0.params.w', 'in.0.m.b', 'out.next.params.w', 'out.value']) {
      expect(text).toContain(name);
    }
    expect(text).not.toContain('packed');
  });
});

describe('withSignal', () => {
  const negate = (x: Tensor) => x.neg();

  test('runs as usual while the signal is quiet, and without one', async () => {
    const compiled = compile(negate, { backend });
    const { signal } = new AbortController();
    expect(await list(await compiled.withSignal(signal)(tensor([1])))).toEqual([-1]);
    expect(await list(await compiled.withSignal(undefined)(tensor([1])))).toEqual([-1]);
    expect(compiled.signatureCount()).toBe(1);
  });

  test('does not even compile after an abort', async () => {
    const fn = counted(negate);
    const compiled = compile(fn, { backend });
    const call = compiled.withSignal(AbortSignal.abort(new Error('enough')))(tensor([1]));
    await expect(call).rejects.toThrow('enough');
    expect(fn.traces()).toBe(0);
  });

  test('rejects a call that is aborted while it compiles or runs; the next one works', async () => {
    const compiled = compile(negate, { backend });
    const controller = new AbortController();
    const call = compiled.withSignal(controller.signal)(tensor([1]));
    controller.abort();
    await expect(call).rejects.toThrow(expect.objectContaining({ name: 'AbortError' }));
    expect(await list(await compiled(tensor([2])))).toEqual([-2]);
  });
});

describe('checkFinite', () => {
  const guarded = <Args extends readonly unknown[], Result>(fn: (...args: Args) => Result) =>
    compile(fn, { backend, checkFinite: true, name: 'step' });
  /** The message with the line of this file left out. */
  const failure = async (call: Promise<unknown>) => {
    const error = await call.catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NonFiniteError);
    const message = error instanceof Error ? error.message : '';
    return message.replace(/(?<=built at )\S*\/(compile\.test\.ts):\d+:\d+/, '$1');
  };
  const x = tensor([
    [1, 2, 0],
    [4, -1, 6],
  ]);

  test('names the first operation that makes what is not finite, the place and the line', async () => {
    expect(
      await failure(guarded((a: Tensor) => a.square().add(1).sub(3).log().exp().sum())(x)),
    ).toMatchInlineSnapshot(
      `"step: log, built at compile.test.ts, gives NaN in 3 of 6 elements, the first at [0, 0]"`,
    );
    expect(
      await failure(guarded((a: Tensor) => ({ y: a.exp(), z: a.sub(a).div(a.sub(a)) }))(x)),
    ).toMatchInlineSnapshot(
      `"step: div, built at compile.test.ts, gives NaN in 6 of 6 elements, the first at [0, 0]"`,
    );
    expect(await failure(guarded((a: Tensor) => a.mul(1000).exp().neg())(x))).toMatchInlineSnapshot(
      `"step: exp, built at compile.test.ts, gives Infinity in 4 of 6 elements, the first at [0, 0]"`,
    );
  });

  test('names the operation whose gradient it is', async () => {
    const slope = guarded((a: Tensor) => grad((b: Tensor) => b.sqrt().sum())(a));
    expect(await failure(slope(tensor([4, 0])))).toMatchInlineSnapshot(
      `"step: div in the gradient of sqrt, built at compile.test.ts, gives Infinity in 1 of 2 elements, the first at [1]"`,
    );
  });

  test('names an argument that holds NaN', async () => {
    const call = guarded((model: { w: Tensor }) => model.w.neg())({ w: tensor([[1], [NaN]]) });
    expect(await failure(call)).toMatchInlineSnapshot(
      `"step: argument 0.w holds NaN in 1 of 2 elements, the first at [1, 0]"`,
    );
  });

  test('lets infinities pass that come in, as in masks, and finite results', async () => {
    const mask = tensor([0, -Infinity, 0]);
    const masked = guarded((a: Tensor, m: Tensor) => a.add(mask).add(m).softmax());
    const [first, second] = await list(await masked(x, mask));
    expect([Number.isFinite(first), second]).toEqual([true, 0]);
  });

  test('finds a row that is masked whole', async () => {
    const whole = guarded((a: Tensor) => a.add(full([3], -Infinity)).softmax());
    expect(await failure(whole(x))).toMatchInlineSnapshot(
      `"step: softmax, built at compile.test.ts, gives NaN in 6 of 6 elements, the first at [0, 0]"`,
    );
  });

  test('keeps no lines when nobody asks', async () => {
    let built: Tensor | undefined;
    await compile((a: Tensor) => (built = a.neg()), { backend })(x);
    expect(built?.node.origin).toBeUndefined();
    await guarded((a: Tensor) => (built = a.neg()))(x);
    expect(built?.node.origin).toBeDefined();
    expect(x.neg().node.origin).toBeUndefined();
  });
});

describe('explain', () => {
  const fn = (a: Tensor, b: Tensor) => a.matmul(b).exp().sum();
  const args = [normal(keyOf(1), [64, 32]), normal(keyOf(2), [32, 16])] as const;

  test('counts operations, their floating-point operations and their bytes', async () => {
    const { operations, total } = await compile(fn, { backend }).explain(...args);
    const by = new Map(operations.map((cost) => [cost.name, cost]));
    expect(by.get('matmul')).toMatchObject({
      count: 1,
      flops: 2 * 64 * 32 * 16,
      bytes: 4 * (64 * 32 + 32 * 16 + 64 * 16),
    });
    expect(by.get('exp')).toMatchObject({ count: 1, flops: 64 * 16, bytes: 2 * 4 * 64 * 16 });
    expect(total.count).toBe(3);
  });

  test('measures by the profile of ONNX Runtime, and maps all of it back to our operations', async () => {
    const { operations, text } = await compile(fn, { backend, name: 'fn' }).explain(...args);
    for (const { name, milliseconds } of operations) {
      expect(milliseconds, name).toBeGreaterThan(0);
    }
    expect(operations.map(({ name }) => name).toSorted()).toEqual(['exp', 'matmul', 'sum']);
    expect(text.split('\n')[0]).toBe('fn on node-cpu, threads: 1');
    expect(text).toMatch(/\nmatmul +1 +0\.07 +0\.01 +\d+\.\d{3}\n/);
  });

  test('says where nothing is measured', async () => {
    const { profile: _, ...other } = backend;
    const { total, text } = await compile(fn, { backend: other }).explain(...args);
    expect(total.milliseconds).toBeNull();
    expect(text).toContain('not measured');
  });
});

describe.each(['disabled', 'basic', 'all'] as const)('optimisation %s', (optimization) => {
  // ONNX Runtime 1.30 turned Transpose, Pad with a list of axes into a Gather out of bounds.
  test('a padded transpose and the gradient of a slice of a transpose run', async () => {
    const compiled = compile(
      (x: Tensor) => ({
        padded: x.transpose().pad({ axis: 0, after: 1 }).transpose(),
        slope: grad((a: Tensor) => a.transpose().slice({ axis: 0, start: 1 }).square().sum())(x),
      }),
      { backend, optimization },
    );
    const result = await compiled(tensor([[1, 2, 3]]));
    expect(await list(result.padded)).toEqual([1, 2, 3, 0]);
    expect(await list(result.slope)).toEqual([0, 4, 6]);
  });
});

describe('toOnnx', () => {
  let folder = '';
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'grad-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  test('gives a file that plain onnxruntime-node runs in another process with the same numbers', async () => {
    const weights = normal(keyOf(2), [40, 64]);
    const compiled = compile(
      (model: { x: Tensor }, shift: Tensor) => ({
        logits: model.x.matmul(weights).add(shift).softmax(),
        best: [model.x.matmul(weights).argmax()],
      }),
      { backend },
    );
    const x = normal(keyOf(3), [2, 40]);
    const shift = normal(keyOf(4), [64]);
    const expected = await compiled({ x }, shift);
    const file = join(folder, 'model.onnx');
    await writeFile(file, compiled.toOnnx({ x }, shift));
    const feeds = { 'in.0.x': [...(await list(x))], 'in.1': [...(await list(shift))] };
    const script = `
      import ort from 'onnxruntime-node';
      const feeds = ${JSON.stringify(feeds)};
      const session = await ort.InferenceSession.create(${JSON.stringify(file)});
      const outputs = await session.run({
        'in.0.x': new ort.Tensor('float32', feeds['in.0.x'], [2, 40]),
        'in.1': new ort.Tensor('float32', feeds['in.1'], [64]),
      });
      const results = Object.entries(outputs).map(([name, { type, dims, data }]) =>
        [name, { type, dims, data: Array.from(data, Number) }]);
      process.stdout.write(JSON.stringify(Object.fromEntries(results)));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module', '--eval', script],
      { cwd: import.meta.dirname },
    );
    expect(JSON.parse(stdout)).toEqual({
      'out.logits': { type: 'float32', dims: [2, 64], data: await list(expected.logits) },
      'out.best.0': { type: 'int64', dims: [2], data: await list(expected.best[0] ?? zeros([])) },
    });
  });

  test('compiles nothing', () => {
    const compiled = compile((x: Tensor) => x.neg(), { backend });
    expect(compiled.toOnnx(tensor([1])).length).toBeGreaterThan(50);
    expect(compiled.signatureCount()).toBe(0);
  });
});

describe('dispose', () => {
  const negate = (x: Tensor) => x.neg();

  test('ends the calls that are under way and refuses later ones', async () => {
    const compiled = compile(negate, { backend });
    const pending = [compiled(tensor([1])), compiled(tensor([2])), compiled(tensor([1, 2]))];
    await compiled.dispose();
    expect(await Promise.all((await Promise.all(pending)).map(list))).toEqual([
      [-1],
      [-2],
      [-1, -2],
    ]);
    await expect(compiled(tensor([1]))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: negate: called after dispose; compile it again]`,
    );
  });

  test('can be called twice, and after a graph that could not be made', async () => {
    const compiled = compile(negate, { backend });
    await compiled(tensor([1]));
    await compiled.dispose();
    await compiled.dispose();
    const broken = compile((x: Tensor) => x.erf(), { backend });
    await expect(
      broken(tensor([1], { dtype: 'float64' })),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RuntimeUnavailableError: compiled function: erf of float64[1] does not run on node-cpu, which has no Erf(13) for it; use another element type or backend]`,
    );
    await broken.dispose();
  });

  test('leaves results usable', async () => {
    const compiled = compile(negate, { backend });
    const result = await compiled(tensor([1]));
    await compiled.dispose();
    expect(await list(result)).toEqual([-1]);
  });
});
