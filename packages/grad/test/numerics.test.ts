import { describe, expect, test } from 'vitest';
import {
  atan2,
  crossEntropy,
  elu,
  evaluate,
  grad,
  gumbelSoftmax,
  huber,
  klDivergence,
  leakyRelu,
  lerp,
  logSigmoid,
  meanSquaredError,
  ones,
  smoothL1,
  tensor,
  WorkingPapersError,
  type Backend,
  type DType,
  type NestedNumbers,
  type Tensor,
} from '../src/index.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { expectClose } from './closeness.ts';
import { withoutOperators } from './withoutOperators.ts';

const node = await nodeBackend({ threads: 2 });
const wasm = await webBackend({ threads: 2 });
const backends: readonly Backend[] = [node, wasm];

async function numbers(x: Tensor, backend = node): Promise<number[]> {
  return Array.from(await (await evaluate(x, { backend })).data(), Number);
}

/** The gradient of the sum of what `fn` gives, which weighs every element alike. */
async function gradient(fn: (x: Tensor) => Tensor, x: NestedNumbers): Promise<number[]> {
  return numbers(grad((place: Tensor) => fn(place).sum())(tensor(x)));
}

describe.each(backends.map((backend) => [backend.name, backend] as const))('%s', (_, backend) => {
  const tiny = [-0.3, -1e-3, -1e-6, -1e-20, 1e-38, 1e-20, 1e-6, 1e-3, 0.2, 0.4, 0.6];

  // The walk asks for digits after the point; here all digits count.
  test.each<[string, (x: Tensor) => Tensor, (x: number) => number, number[]]>([
    ['log1p', (x) => x.log1p(), Math.log1p, tiny],
    ['expm1', (x) => x.expm1(), Math.expm1, tiny],
    [
      'softplus',
      (x) => x.softplus(),
      (x) => Math.log1p(Math.exp(x)),
      [-80, -40, -17.5, -16, -2, 1],
    ],
    ['log sigmoid', logSigmoid, (x) => -Math.log1p(Math.exp(-x)), [80, 40, 17.5, 16, 2, -1]],
  ])('%s keeps its relative precision where the result is small', async (__, fn, exact, xs) => {
    for (const [dtype, tolerance] of [
      ['float32', 5e-7],
      ['float64', 1e-15],
    ] as const) {
      const x = tensor(xs, { dtype });
      const wanted = (await numbers(x)).map(exact);
      const ratios = (await numbers(fn(x), backend)).map((got, i) => got / (wanted[i] ?? NaN));
      expectClose(ratios, Array<number>(ratios.length).fill(1), tolerance, dtype);
    }
  });

  test('the norm neither overflows nor underflows', async () => {
    const x = tensor([
      [3e30, -4e30],
      [3e-38, 4e-38],
      [0, 0],
      [Infinity, 1],
    ]);
    const [large, small, zero, infinite] = await numbers(x.norm(1), backend);
    expectClose([(large ?? 0) / 5e30, (small ?? 0) / 5e-38], [1, 1], 1e-6, 'length');
    expect([zero, infinite]).toEqual([0, Infinity]);
  });

  test('logSumExp of nothing but -infinity is -infinity, and of +infinity +infinity', async () => {
    const x = tensor([
      [-Infinity, -Infinity],
      [Infinity, 0],
    ]);
    expect(await numbers(x.logSumExp(1), backend)).toEqual([-Infinity, Infinity]);
  });

  test.each<DType>(['int32', 'int64'])('the remainder of %s has the sign of b', async (dtype) => {
    const a = tensor([7, -7, 7, -7, 6, -6, 0, 2], { dtype });
    const b = tensor([3, 3, -3, -3, 3, -3, -3, -5], { dtype });
    const expected = [1, 2, -2, -1, 0, 0, 0, -3].map((v) => v + 0);
    expect(await numbers(a.mod(b), backend)).toEqual(expected);
    const composed = await numbers(a.mod(b), withoutOperators(backend, ['Mod']));
    expect(composed.map((v) => v + 0)).toEqual(expected);
  });

  test('every element is a number, infinite or finite, and only one of them', async () => {
    const x = tensor([-Infinity, -1e30, 0, Infinity, NaN]);
    expect(await numbers(x.isFinite(), backend)).toEqual([0, 1, 1, 0, 0]);
    expect(await numbers(x.notEqual(x), backend)).toEqual([0, 0, 0, 0, 1]);
  });
});

test('an operator that is said to be missing is not in the graph', async () => {
  const asked: string[] = [];
  const backend = withoutOperators(
    {
      ...node,
      capabilities: { ...node.capabilities, supports: (name) => (asked.push(name), true) },
    },
    ['Sign'],
  );
  expect(await numbers(tensor([-2, 0, 3]).sign(), backend)).toEqual([-1, 0, 1]);
  expect(await numbers(tensor([0.5, 1.5]).round(), backend)).toEqual([0, 2]);
  expect(asked).toEqual(['Round']);
});

describe('gradients', () => {
  test('logSumExp gives none to a row of -infinity, and all of it to the largest', async () => {
    const rows = [
      [-Infinity, -Infinity],
      [1e30, -1e30],
      [1e30, 1e30],
    ];
    expect(await gradient((x) => x.logSumExp(1), rows)).toEqual([0, 0, 1, 0, 0.5, 0.5]);
  });

  test('clip passes the gradient at its bounds, as clamp does', async () => {
    expect(await gradient((x) => x.clip({ min: -1, max: 1 }), [-2, -1, 0, 1, 2])).toEqual([
      0, 1, 1, 1, 0,
    ]);
  });

  test('norms and deviations have gradient 0 where they are 0', async () => {
    expect(await gradient((x) => x.norm(), [0, 0])).toEqual([0, 0]);
    expect(await gradient((x) => x.norm(0, { order: 1 }), [0, -2])).toEqual([0, -1]);
    expect(await gradient((x) => x.standardDeviation(), [5, 5, 5])).toEqual([0, 0, 0]);
  });

  test('the second gradient of a product is right at zeros', async () => {
    const slope = (x: Tensor) => grad((place: Tensor) => place.prod())(x).mul(tensor([1, 2, 4]));
    // d/dx of sum_i w_i prod_(j != i) x_j is sum_(i != k) w_i x_(the third).
    expect(await gradient(slope, [0, 0, 5])).toEqual([10, 5, 0]);
    const running = (x: Tensor) =>
      grad((place: Tensor) => place.cumprod().slice({ axis: 0, start: 2 }).sum())(x);
    expect(await gradient((x) => running(x).mul(tensor([1, 2, 4])), [0, 0, 5])).toEqual([10, 5, 0]);
  });

  test('a power has one at base 0 in both operands', async () => {
    const of = (exponent: number) => gradient((x) => x.pow(tensor([exponent])), [0]);
    expect([await of(0), await of(1), await of(2)]).toEqual([[0], [1], [0]]);
    expect(await gradient((exponent) => tensor([0, 2]).pow(exponent), [3, 0])).toEqual([
      0,
      Math.fround(Math.log(2)),
    ]);
  });

  test('atan2 has none at the origin and does not overflow far from it', async () => {
    expect(await gradient((y) => atan2(y, 0), [0, 1e30])).toEqual([0, 0]);
    expectClose(await gradient((y) => atan2(y, 1e-30), [0]), [1e30], 1e-6, 'close to the origin');
  });

  test('ignored rows have loss and gradient 0, whatever their label', async () => {
    const labels = tensor([1, -100], { dtype: 'int64' });
    const loss = (x: Tensor) => crossEntropy(x, labels, { ignoreIndex: -100 });
    const logits = [
      [0, 0],
      [3, 1],
    ];
    expectClose(await numbers(loss(tensor(logits))), [Math.LN2, 0], 1e-6, 'loss');
    expectClose(await gradient(loss, logits), [0.5, -0.5, 0, 0], 1e-6, 'gradient');
  });

  test('a class that cannot occur adds nothing to the divergence, also if the other agrees', async () => {
    const logP = tensor([
      [-Infinity, 0],
      [-Infinity, 0],
      [0, -Infinity],
    ]);
    const logQ = [
      [-Infinity, 0],
      [-1, -0.5],
      [-Infinity, 0],
    ];
    const to = (q: Tensor) => klDivergence(logP, q);
    expect(await numbers(to(tensor(logQ)))).toEqual([0, 0.5, Infinity]);
    expect(await gradient(to, logQ)).toEqual([0, -1, 0, -1, -1, 0]);
    expect(
      await gradient((p) => klDivergence(p, tensor(logQ.slice(0, 1))), [[-Infinity, 0]]),
    ).toEqual([0, 1]);
  });
});

test('lerp meets both ends exactly', async () => {
  const [a, b] = [tensor([1e8, 0.1]), tensor([1, 0.3])];
  for (const weight of [1, tensor([1])])
    expect(await numbers(lerp(a, b, weight))).toEqual([1, Math.fround(0.3)]);
  for (const weight of [0, tensor([0])])
    expect(await numbers(lerp(a, b, weight))).toEqual([1e8, Math.fround(0.1)]);
});

test('a sample tends to one-hot for a low temperature, which may be a tensor', async () => {
  const logits = tensor([1, 2, 3]);
  const noise = tensor([2.5, 0, 0]);
  const sample = gumbelSoftmax(logits, noise, { temperature: tensor(0.01) });
  expectClose(await numbers(sample), [1, 0, 0], 1e-6, 'weights');
});

test('the variance does not lose its digits to the mean', async () => {
  const x = tensor([10000.125, 10000.25, 10000.375, 10000.5]);
  expectClose(await numbers(x.variance(0, { correction: 0 })), [0.01953125], 1e-9, 'variance');
});

test('settings and shapes that do not fit', () => {
  const x = ones([2, 3]);
  const labels = tensor([0, 1], { dtype: 'int64' });
  const mask = tensor([1, 0], { dtype: 'bool' });
  const message = (action: () => unknown) => {
    try {
      action();
    } catch (error) {
      if (error instanceof WorkingPapersError) return `${error.name}: ${error.message}`;
      throw error;
    }
    return 'did not fail';
  };
  const actions: readonly (() => unknown)[] = [
    () => x.clip({}),
    () => x.clip({ min: 1, max: 0 }),
    () => x.clip({ max: NaN }),
    () => labels.clip({ min: 0.5 }),
    () => elu(x, Infinity),
    () => leakyRelu(x, NaN),
    () => x.variance(0, { correction: 2 }),
    () => ones([]).variance(),
    () => x.norm(5),
    () => x.logicalAnd(x),
    () => mask.logicalOr(labels),
    () => x.any(),
    () => mask.all([0, -1]),
    () => x.pow(Infinity),
    () => x.pow(labels),
    () => x.mod(mask),
    () => labels.floor(),
    () => x.cumprod(2),
    () => crossEntropy(x, labels, { labelSmoothing: 2 }),
    () => crossEntropy(x, ones([2])),
    () => crossEntropy(x, ones([2, 1])),
    () => crossEntropy(x, x, { ignoreIndex: 0 }),
    () => meanSquaredError(x, ones([2, 1])),
    () => huber(x, x, 0),
    () => smoothL1(x, x, -1),
    () => klDivergence(x, ones([2, 3], 'float64')),
    () => gumbelSoftmax(x, ones([3])),
  ];
  expect(actions.map(message)).toMatchInlineSnapshot(`
    [
      "ConfigError: clip: min = undefined and max = undefined are not bounds; give one number at least",
      "ConfigError: clip: min = 1 is above max = 0",
      "ConfigError: clip: min = undefined and max = NaN are not bounds; give one number at least",
      "ShapeError: clip: 0.5 is not an element of type int64; use another number or dtype, or convert with cast",
      "ConfigError: elu: alpha = Infinity is not finite",
      "ConfigError: leakyRelu: slope = NaN is not finite",
      "ConfigError: variance: correction = 2 is not below the 2 elements; use correction: 0 or other axes",
      "ConfigError: variance: correction = 1 is not below the 1 elements; use correction: 0 or other axes",
      "ShapeError: norm: axis 5 is out of range for shape [2, 3]; expected -2 to 1",
      "ShapeError: logicalAnd: needs bool, got float32; compare, or convert with cast",
      "ShapeError: logicalOr: needs bool, got int64; compare, or convert with cast",
      "ShapeError: any: needs bool, got float32; compare, or convert with cast",
      "ShapeError: all: axes [0, -1] name an axis twice",
      "ConfigError: pow: exponent = Infinity is not a finite number",
      "ShapeError: power: element types differ: float32 and int64; convert with cast(x, 'float32')",
      "ShapeError: mod: element types differ: float32 and bool; convert with cast(x, 'float32')",
      "ShapeError: floor: needs floating-point values, got int64; convert with cast(x, 'float32')",
      "ShapeError: cumprod: axis 2 is out of range for shape [2, 3]; expected -2 to 1",
      "ConfigError: crossEntropy: labelSmoothing = 2 is not from 0 to 1",
      "ShapeError: crossEntropy: labels are float32; expected int32 or int64",
      "ShapeError: crossEntropy: probabilities [2, 1] do not fit logits [2, 3]; expected the same shape",
      "ConfigError: crossEntropy: ignoreIndex = 0 has no meaning for probabilities; multiply the losses by a mask",
      "ShapeError: meanSquaredError: float32[2, 3] and float32[2, 1] differ; expected the same shape and type",
      "ConfigError: huber: delta = 0 is not above 0",
      "ConfigError: smoothL1: beta = -1 is not above 0",
      "ShapeError: klDivergence: float32[2, 3] and float64[2, 3] differ; expected the same shape and type",
      "ShapeError: gumbelSoftmax: noise [3] does not fit logits [2, 3]; expected the same shape",
    ]
  `);
});
