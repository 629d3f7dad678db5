import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, concat, full, grad, ones, tensor, zeros, type Tensor } from '../src/index.ts';
import { alias } from '../src/ops/alias.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { inputTensor } from '../src/tensor.ts';
import { cleanUp, type CleanUpOptions } from '../src/trace/cleanUp.ts';
import { fuse } from '../src/trace/fuse.ts';
import { substitutedOrder, topologicalOrder } from '../src/trace/order.ts';
import { expectClose } from './closeness.ts';

const place = (shape: readonly number[]) => inputTensor('x', { shape, dtype: 'float32' });
const x = place([2, 3]);
const y = place([2, 3]);

/** Names of the operations that are left, leaves not counted, in order. */
function left(outputs: Tensor | readonly Tensor[], options?: CleanUpOptions): readonly string[] {
  const roots = cleanUp([outputs].flat(), options);
  return topologicalOrder(roots)
    .map((node) => node.name)
    .filter((name) => name !== 'input' && name !== 'constant');
}

describe('simplify', () => {
  test.each<[string, Tensor, readonly string[]]>([
    ['x + 0 is x', x.add(0), []],
    ['0 + x is x', zeros([]).add(x), []],
    ['x + 0 keeps the shape that it broadcasts to', x.add(zeros([4, 2, 3])), ['expand']],
    ['x - 0 is x', x.sub(zeros([2, 3])), []],
    ['0 - x is not x', zeros([]).sub(x), ['sub']],
    ['x * 1 is x', x.mul(1), []],
    ['1 * x is x', ones([3]).mul(x), []],
    ['x / 1 is x', x.div(1), []],
    ['1 / x is not x', ones([]).div(x), ['div']],
    ['x * 0 stays, for infinities and NaN', x.mul(0), ['mul']],
    ['a double negation is nothing', x.neg().neg(), []],
    ['three negations are one', x.neg().neg().neg(), ['neg']],
    ['two transposes that undo each other are nothing', x.transpose().transpose(), []],
    [
      'two transposes are one',
      place([2, 3, 4]).transpose([1, 0, 2]).transpose([0, 2, 1]),
      ['transpose'],
    ],
    ['a chain of reshapes is one', x.reshape([6]).reshape([3, 2]), ['reshape']],
    ['a reshape there and back is nothing', x.reshape([6]).reshape([2, 3]), []],
    ['one part is no concatenation', concat([x], 0), []],
    ['stopGradient is nothing once gradients are taken', x.stopGradient(), []],
    ['alias is nothing once gradients are taken', alias(x), []],
    [
      'a constant is filled in its last shape',
      ones([2]).expand([3, 2]).transpose().reshape([6]),
      [],
    ],
    ['a filled operand is broadcast by the operation', x.mul(full([2, 3], 5)), ['mul']],
    [
      'an expanded operand is broadcast by the operation',
      x.mul(place([3]).expand([2, 3])),
      ['mul'],
    ],
    [
      'two expanded operands keep one expansion',
      place([3])
        .expand([2, 3])
        .mul(place([3]).expand([2, 3])),
      ['expand', 'mul'],
    ],
    ['the rules apply to what they leave', x.add(0).neg().mul(1).neg(), []],
    ['adding a negative is subtracting', x.add(y.neg()), ['sub']],
    ['a negative plus something is a difference', x.neg().add(y), ['sub']],
    ['subtracting a negative is adding', x.sub(y.neg()), ['add']],
    ['a cast to a wider type and back is nothing', x.cast('float64').cast('float32'), []],
    [
      'a cast by way of a wider type is one',
      x.greater(y).cast('int32').cast('float32'),
      ['greater', 'cast'],
    ],
    ['a cast by way of a narrower type stays', x.cast('int32').cast('float32'), ['cast', 'cast']],
    ['a sum of copies is a product', place([3]).expand([4, 3]).sum(0), ['mul']],
    [
      'a sum of copies and others is a smaller sum',
      place([3, 1]).expand([2, 3, 5]).sum(),
      ['reshape', 'sum', 'reshape', 'mul'],
    ],
    [
      'a sum along other axes than the copies stays',
      place([3, 1]).expand([3, 5]).sum(0),
      ['expand', 'sum'],
    ],
  ])('%s', (_, value, expected) => {
    expect(left(value)).toEqual(expected);
  });

  test('leaves all as it was when it is off', () => {
    expect(left(alias(x.add(0)).neg().neg(), { simplify: false })).toEqual([
      'add',
      'alias',
      'neg',
      'neg',
    ]);
  });
});

describe('fold', () => {
  const half = full([2], 0.5);
  const four = tensor([4, 9]);

  test.each<[string, Tensor, readonly number[]]>([
    ['a number', half.mul(half).add(1).neg(), [-1.25, -1.25]],
    ['elements', four.sqrt().div(half), [4, 6]],
    ['numbers and elements', four.square().sub(1).abs(), [15, 80]],
    ['a cast', four.cast('int32').cast('float64'), [4, 9]],
    ['a reshape', four.reshape([2, 1]).add(0).reshape([2]), [4, 9]],
    ['in float32', tensor([0.1]).mul(tensor([0.1])), [Math.fround(Math.fround(0.1) ** 2)]],
  ])('computes %s now', async (_, value, expected) => {
    const [folded] = cleanUp([value]);
    expect(folded?.node.name).toBe('constant');
    expect(folded).toMatchObject({ shape: value.shape, dtype: value.dtype });
    expect(Array.from((await folded?.data()) ?? [], Number)).toEqual(expected);
  });

  test.each<[string, Tensor]>([
    ['what is not rounded exactly', half.exp()],
    ['large arrays', tensor(new Float32Array(1025)).square()],
    ['a cast that would cut', tensor([1.5]).cast('int32')],
    ['integers', tensor([3], { dtype: 'int32' }).mul(2)],
    ['what depends on an input', x.mul(four.sum())],
  ])('leaves %s to the runtime', (_, value) => {
    expect(left(value).length).toBeGreaterThan(0);
  });

  test('leaves all as it was when it is off', () => {
    expect(left(half.mul(half).neg(), { fold: false })).toEqual(['mul', 'neg']);
  });
});

describe('fuse', () => {
  const w = place([3, 4]);
  const b = place([4]);
  const fused = (...values: readonly Tensor[]) =>
    substitutedOrder(values, fuse(values))
      .map((node) => node.name)
      .filter((name) => name !== 'input' && name !== 'constant');

  test.each<[string, Tensor, readonly string[]]>([
    ['a product plus a row is a layer', x.matmul(w).add(b), ['linear']],
    ['a row plus a product is a layer', b.add(x.matmul(w)), ['linear']],
    ['so is that of a batch', place([5, 2, 3]).matmul(w).add(b), ['reshape', 'linear', 'reshape']],
    ['a column is no bias', x.matmul(place([3, 2])).add(place([2, 1])), ['matmul', 'add']],
    ['a scaled product is a product', x.matmul(w).mul(0.5), ['matmul']],
    ['a factor of several numbers is none', x.matmul(w).mul(b), ['matmul', 'mul']],
  ])('%s', (_, value, expected) => {
    expect(fused(value)).toEqual(expected);
  });

  test('keeps a product that something else uses too', () => {
    const product = x.matmul(w);
    expect(fused(product.add(b), product.exp())).toEqual(['matmul', 'add', 'exp']);
    expect(fused(product.mul(2), product)).toEqual(['matmul', 'mul']);
  });
});

describe('large graphs', () => {
  test('are rewritten in time linear in their nodes', () => {
    const visits = (length: number) => {
      let count = 0;
      let value = x;
      for (let i = 0; i < length; i++)
        value = alias(
          value
            .add(0)
            .mul(i % 7)
            .neg()
            .neg(),
        );
      const spy = value.node.inputs;
      for (const node of topologicalOrder([value])) {
        const { inputs } = node;
        Object.defineProperty(node, 'inputs', { get: () => (count++, inputs) });
      }
      expect(spy).toHaveLength(1);
      cleanUp([value]);
      return count / length;
    };
    expect(visits(800)).toBeLessThan(1.1 * visits(100));
  });
});

describe('merge', () => {
  test('computes equal expressions once, through several levels', () => {
    const expression = () => x.exp().mul(y.sin()).sum([0], { keepDims: true });
    expect(left(expression().add(expression()))).toEqual(['exp', 'sin', 'mul', 'sum', 'add']);
    expect(left(expression().add(expression()), { merge: false })).toHaveLength(9);
  });

  test('takes equal constants for one', () => {
    const constants = topologicalOrder(cleanUp([x.mul(2.5), y.mul(2.5), x.pow(3)]));
    expect(constants.filter((node) => node.name === 'constant')).toHaveLength(1);
  });

  test.each<[string, Tensor, Tensor]>([
    ['operands', x.sub(y), y.sub(x)],
    ['parameters', x.sum(0, { keepDims: true }), x.sum(0)],
    ['numbers as parameters', x.pow(2), x.pow(3)],
    ['infinities as parameters', padding(Infinity), padding(-Infinity)],
    ['not-a-numbers as parameters', padding(NaN), padding(Infinity)],
    ['zeros as parameters', padding(-0), padding(0)],
    ['zeros as constants', x.div(0), x.div(-0)],
    ['shapes of constants', x.add(full([3], 2)), x.add(full([1, 3], 2))],
    ['types of constants', full([2], 1).exp(), full([2], 1, 'float64').exp()],
    ['arrays of constants', x.add(tensor([1, 2, 3])), x.add(tensor([1, 2, 4]))],
    ['large integers', constant(2n ** 60n + 1n), constant(2n ** 60n)],
  ])('keeps expressions apart that differ in %s', (_, a, b) => {
    const [first, second] = cleanUp([a, b]);
    expect(first?.node).not.toBe(second?.node);
    const [one, same] = cleanUp([a, a.node.withInputs?.(a.node.inputs)[0] ?? b]);
    expect(one?.node).toBe(same?.node);
  });

  function padding(value: number): Tensor {
    return x.pad({ axis: 0, after: 1, value });
  }

  function constant(value: bigint): Tensor {
    return tensor(BigInt64Array.of(value)).add(inputTensor('i', { shape: [1], dtype: 'int64' }));
  }
});

describe('dead code', () => {
  test('what the outputs do not reach is not lowered', async () => {
    const backend = await nodeBackend({ threads: 1 });
    const lean = compile((a: Tensor) => a.neg(), { backend });
    const wasteful = compile(
      (a: Tensor) => {
        a.exp().sum();
        return a.neg();
      },
      { backend },
    );
    expect(wasteful.toOnnx(ones([2]))).toEqual(lean.toOnnx(ones([2])));
  });

  test('the gradient of a sum needs nothing of the sum', () => {
    expect(left(grad((a: Tensor) => a.sum())(x))).toEqual([]);
  });
});

describe('whatever the expression', () => {
  const steps: readonly ((a: Tensor, b: Tensor) => Tensor)[] = [
    (a) => a.add(0),
    (a) => a.mul(1),
    (a) => a.neg(),
    (a) => a.transpose(),
    (a) => a.reshape([9]).reshape([3, 3]),
    (a) => a.sum(0, { keepDims: true }).expand([3, 3]),
    (a) => a.stopGradient().tanh(),
    (a, b) => a.mul(b),
    (a, b) => a.sub(b.transpose()),
    (a, b) => a.maximum(b.mean(1, { keepDims: true })),
    (a, b) => concat([a, b], 1).slice({ axis: 1, start: 1, end: 4 }),
    (a) => a.pad({ axis: 0, before: 1, value: 2 }).slice({ axis: 0, end: 3 }),
    (a) => a.reshape([3, 1, 3]).transpose([2, 0, 1]).sum(2),
    (a) => a.softmax(0),
    (a, b) => a.matmul(b, { transposeA: true }).tanh(),
    (a) => a.gather(tensor([2, 0, 0], { dtype: 'int64' })),
    (a, b) => a.greater(b).where(a, b.mul(2)),
    (a, b) => a.add(b).add(a.add(b)),
    (a) => a.add(full([3, 3], 0.5)),
    (a) => a.mul(ones([3]).expand([3, 3])),
    (a, b) => a.matmul(b).mul(0.25).tanh(),
    (a, b) =>
      a
        .tanh()
        .matmul(b.tanh())
        .add(b.slice({ axis: 0, end: 1 }).reshape([3])),
    (a, b) => a.add(b.neg()).cast('float64').cast('float32'),
    (a) =>
      a.mul(
        full([3, 1], 0.5)
          .mul(full([3, 1], 3))
          .add(tensor([[1], [2], [3]])),
      ),
  ];

  const passes = ['simplify', 'fold', 'merge', 'fuse'] as const;
  const only = (chosen: readonly (typeof passes)[number][]) =>
    Object.fromEntries(passes.map((pass) => [pass, chosen.includes(pass)]));

  test('value and gradient are the same with each clean-up pass alone, with all and with none', async () => {
    const backend = await nodeBackend({ threads: 1 });
    const choices = fc.array(fc.nat(steps.length - 1), { minLength: 3, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(choices, async (chosen) => {
        const fn = (a: Tensor) => {
          let [before, now] = [a, a.sin()];
          for (const step of chosen) [before, now] = [now, steps[step]?.(now, before) ?? now];
          return now;
        };
        const both = (a: Tensor) => [fn(a), grad((b: Tensor) => fn(b).square().mean())(a)];
        const input = tensor([1, -2, 0.5, 0.25, 3, -1, 0, -0.5, 2], { shape: [3, 3] });
        const run = (cleanUpOptions: CleanUpOptions) =>
          compile(both, { backend, cleanUp: cleanUpOptions })(input);
        const off = await run(only([]));
        for (const pass of [passes, ...passes.map((each) => [each])]) {
          const on = await run(only(pass));
          for (const [i, value] of on.entries()) {
            const expected = (await off[i]?.data()) ?? [];
            expectClose(await value.data(), expected, 2e-5, `result ${i} with ${pass.join()}`);
          }
        }
      }),
      { numRuns: 25, seed: 11 },
    );
  });
});
