import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile, concat, full, grad, ones, tensor, zeros, type Tensor } from '../src/index.ts';
import { alias } from '../src/ops/alias.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { inputTensor } from '../src/tensor.ts';
import { cleanUp, type CleanUpOptions } from '../src/trace/cleanUp.ts';
import { topologicalOrder } from '../src/trace/order.ts';
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
    ['types of constants', full([2], 1).cast('int32'), full([2], 1, 'float64').cast('int32')],
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
  ];

  test('value and gradient are the same with and without clean-up', async () => {
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
        const run = (isOn: boolean) =>
          compile(both, { backend, cleanUp: { simplify: isOn, merge: isOn } })(input);
        const [on, off] = await Promise.all([run(true), run(false)]);
        for (const [i, value] of on.entries()) {
          expectClose(await value.data(), (await off[i]?.data()) ?? [], 2e-5, `result ${i}`);
        }
      }),
      { numRuns: 40, seed: 11 },
    );
  });
});
