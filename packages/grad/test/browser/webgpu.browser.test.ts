import { describe, expect, test } from 'vitest';
import {
  compile,
  concat,
  hostData,
  keyOf,
  normal,
  tensor,
  topK,
  valueAndGrad,
  zipTensors,
  zeros,
  type Backend,
  type Tensor,
} from '../../src/index.ts';
import { webBackend } from '../../src/runtime/web.ts';
import { expectClose } from '../closeness.ts';
import { trainByHand, trainWith } from '../mlpRegression.ts';
import { webgpuIfThere } from './webgpu.ts';

const found = await webgpuIfThere();
const wasm = await webBackend({ threads: 1 });

describe.skipIf(found === null)('on WebGPU (needs an adapter)', () => {
  // Tests that are skipped never look at it.
  const backend: Backend = found ?? wasm;

  const list = async (value: Tensor) => Array.from(await value.data(), Number);

  test('a network follows the same training by hand, step by step', async () => {
    expect(backend.name).toBe('web-webgpu');
    expectClose(await trainWith(backend), trainByHand(), 1e-3, 'webgpu');
  });

  test('results stay on the device until they are read, and are read as often as one likes', async () => {
    const double = compile((x: Tensor) => x.mul(2), { backend });
    const result = await double(await double(tensor([1, 2])));
    expect(() => hostData(result)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: data: the numbers are on web-webgpu; await data() to read them, or pass the tensor as an argument]`,
    );
    expect([await list(result), await list(result)]).toEqual([
      [4, 8],
      [4, 8],
    ]);
  });

  test('results go into functions of other backends', async () => {
    const double = (x: Tensor) => x.mul(2);
    const onDevice = await compile(double, { backend })(tensor([1, 2]));
    expect(await list(await compile(double, { backend: wasm })(onDevice))).toEqual([4, 8]);
  });

  test('a donated state is freed, other arguments are not', async () => {
    const loss = (w: Tensor, x: Tensor) => x.matmul(w).square().mean();
    const step = compile(
      (state: { w: Tensor }, x: Tensor) => {
        const [value, gradient] = valueAndGrad((s: typeof state) => loss(s.w, x))(state);
        const descend = ([w, slope]: readonly Tensor[]) => (w && slope ? w.sub(slope.mul(0.1)) : x);
        return { state: zipTensors([state, gradient], descend), value };
      },
      { backend, name: 'step', donate: [0] },
    );
    const x = await compile((y: Tensor) => y.neg(), { backend })(normal(keyOf(1), [8, 4]));
    const first = await step({ w: normal(keyOf(2), [4, 1]) }, x);
    let { state } = first;
    for (let i = 0; i < 100; i++) ({ state } = await step(state, x));
    await expect(first.state.w.data()).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: data: the tensor on web-webgpu was freed, by dispose or by a call that it was donated to; use the result of that call]`,
    );
    await expect(step(first.state, x)).rejects.toThrow('was freed');
    expect(await x.data()).toHaveLength(32);
    const { value } = await step(state, x);
    expect(await value.item()).toBeLessThan(0.2 * (await first.value.item()));
  });

  test('int64 goes in and out, and back into lookups', async () => {
    const table = tensor([[1], [2], [3]]);
    const best = compile((x: Tensor) => x.argmax(), { backend });
    const row = compile((i: Tensor) => ({ row: table.gather(i), twice: i.mul(2) }), { backend });
    const index = await best(
      tensor([
        [0, 5, 1],
        [7, 0, 0],
      ]),
    );
    expect(await index.data()).toEqual(BigInt64Array.of(1n, 0n));
    const result = await row(index);
    expect(await list(result.row)).toEqual([2, 1]);
    expect(await result.twice.data()).toEqual(BigInt64Array.of(2n, 0n));
  });

  test('an int64 that int32 cannot hold is refused', async () => {
    const double = compile((x: Tensor) => x.mul(2), { backend });
    const large = tensor(BigInt64Array.of(1n, 2n ** 31n));
    await expect(double(large)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: session: in.0 holds 2147483648, and web-webgpu keeps int64 as int32; use another backend]`,
    );
    await expect(
      compile((x: Tensor) => x.add(large), { backend })(tensor(BigInt64Array.of(1n, 1n))),
    ).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RuntimeUnavailableError: compile: web-webgpu does not run the constant 2147483648 (int64), which would be left to the CPU; use another backend, or allow it with allowFallback]`,
    );
  });

  test('bools go through what WebGPU has for numbers only', async () => {
    const compiled = compile(
      (x: Tensor) => {
        const isPositive = x.greater(0);
        const isLarge = x.greater(1);
        return {
          same: isPositive,
          turned: isPositive.transpose(),
          joined: concat([isPositive, isLarge], 0),
          middle: isPositive.slice({ axis: 1, start: 1, end: 2 }),
          either: isPositive.equal(isLarge),
        };
      },
      { backend },
    );
    const result = await compiled(tensor([[-1, 2, 0.5]]));
    expect(await list(result.same)).toEqual([0, 1, 1]);
    expect(result.turned.shape).toEqual([3, 1]);
    expect(await list(result.turned)).toEqual([0, 1, 1]);
    expect(await list(result.joined)).toEqual([0, 1, 1, 0, 1, 0]);
    expect(await list(result.middle)).toEqual([1]);
    expect(await list(result.either)).toEqual([1, 1, 0]);
  });

  test('slices of integers are exact beyond what float32 holds', async () => {
    const big = [-(2 ** 31), 2 ** 31 - 1, 2 ** 24 + 1, -(2 ** 24) - 3, 65_535, -65_537, -1, 0];
    const cut = compile((x: Tensor) => x.slice({ axis: 0, start: 0, end: 8 }), { backend });
    const both = compile((x: Tensor) => x.slice({ axis: 0, start: 1, end: 7 }), { backend });
    const x = tensor(big, { dtype: 'int32' });
    expect(await list(await cut(x))).toEqual(big);
    expect(await list(await both(x))).toEqual(big.slice(1, 7));
  });

  test('an operator that would run on the CPU is reported, or allowed', async () => {
    const best = (x: Tensor) => topK(x, 2).values;
    const x = tensor([3, 1, 2], { dtype: 'int32' });
    await expect(compile(best, { backend })(x)).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RuntimeUnavailableError: compile: web-webgpu does not run TopK (int32), which would be left to the CPU; use another backend, or allow it with allowFallback]`,
    );
    const lenient = await webgpuIfThere({ allowFallback: true });
    if (lenient === null) throw new Error('there was an adapter a moment ago');
    expect(await list(await compile(best, { backend: lenient })(x))).toEqual([3, 2]);
  });

  test('float64 is reported', async () => {
    const widen = compile((x: Tensor) => x.cast('float64'), { backend });
    await expect(widen(zeros([2]))).rejects.toThrowErrorMatchingInlineSnapshot(
      `[RuntimeUnavailableError: compile: web-webgpu does not run Cast (float64), which would be left to the CPU; use another backend, or allow it with allowFallback]`,
    );
  });
});
