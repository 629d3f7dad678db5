import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  concat,
  evaluate,
  grad,
  jvp,
  ones,
  tensor,
  valueAndGrad,
  vjp,
  type Tensor,
} from '../src/index.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { expectClose } from './closeness.ts';

const backend = await nodeBackend({ threads: 1 });

/** The numbers of tensors that were built outside a compiled function. */
async function numbers(...tensors: readonly Tensor[]): Promise<number[][]> {
  const values = await evaluate(tensors, { backend });
  return Promise.all(values.map(async (value) => Array.from(await value.data(), Number)));
}

/** Smooth, of several operations, and with every element of the result depending on a row of x. */
const f = (x: Tensor) => x.sin().mul(x).softmax().add(x.square().mean(0)).mul(x.exp());
const g = (x: Tensor) => x.matmul(x, { transposeB: true }).tanh().matmul(x);

const shape = [2, 3];
const matrix = fc
  .array(fc.integer({ min: -64, max: 64 }), { minLength: 6, maxLength: 6 })
  .map((values) =>
    tensor(
      values.map((value) => value / 32),
      { shape, dtype: 'float64' },
    ),
  );
const runs = { numRuns: 10, seed: 3 };

describe('laws, in float64', () => {
  test('a pullback is linear in the cotangent', async () => {
    await fc.assert(
      fc.asyncProperty(matrix, matrix, matrix, async (x, u, v) => {
        const [, pull] = vjp(f, x);
        const [together = [], apart = []] = await numbers(
          pull(u.mul(3).sub(v)),
          pull(u).mul(3).sub(pull(v)),
        );
        expectClose(together, apart, 1e-12, 'pullback');
      }),
      runs,
    );
  });

  test('the gradient of a sum is the sum of the gradients', async () => {
    await fc.assert(
      fc.asyncProperty(matrix, async (x) => {
        const [together = [], apart = []] = await numbers(
          grad((a: Tensor) => f(a).add(g(a)).sum())(x),
          grad((a: Tensor) => f(a).sum())(x).add(grad((a: Tensor) => g(a).sum())(x)),
        );
        expectClose(together, apart, 1e-12, 'gradient');
      }),
      runs,
    );
  });

  test('the chain rule holds: the pullback of g after f is that of f after that of g', async () => {
    await fc.assert(
      fc.asyncProperty(matrix, matrix, async (x, dy) => {
        const [, pullBoth] = vjp((a: Tensor) => g(f(a)), x);
        const [y, pullInner] = vjp(f, x);
        const [, pullOuter] = vjp(g, y);
        const [both = [], steps = []] = await numbers(pullBoth(dy), pullInner(pullOuter(dy)));
        expectClose(both, steps, 1e-12, 'pullback');
      }),
      runs,
    );
  });

  test('gradients pass through reshape and transpose as through relabelling', async () => {
    await fc.assert(
      fc.asyncProperty(matrix, matrix, async (x, dy) => {
        const [, direct] = vjp(f, x);
        const [, around] = vjp(
          (a: Tensor) => f(a.transpose().reshape([6]).reshape([3, 2]).matrixTranspose()),
          x,
        );
        const [expected = [], actual = []] = await numbers(direct(dy), around(dy));
        expectClose(actual, expected, 1e-12, 'pullback');
      }),
      runs,
    );
  });

  test('jvp is the derivative along the tangent', async () => {
    const step = 1e-5;
    await fc.assert(
      fc.asyncProperty(matrix, matrix, async (x, v) => {
        const [y, dy] = jvp(f, x, v);
        const difference = f(x.add(v.mul(step))).sub(f(x.sub(v.mul(step))));
        const [value = [], expectedValue = [], slope = [], expected = []] = await numbers(
          y,
          f(x),
          dy,
          difference.div(2 * step),
        );
        expect(value).toEqual(expectedValue);
        expectClose(slope, expected, 1e-7, 'jvp');
      }),
      runs,
    );
  });

  test('jvp and vjp are transposes of each other', async () => {
    await fc.assert(
      fc.asyncProperty(matrix, matrix, matrix, async (x, v, dy) => {
        const [, pushed] = jvp(g, x, v);
        const [, pull] = vjp(g, x);
        const [left = [], right = []] = await numbers(pushed.mul(dy).sum(), pull(dy).mul(v).sum());
        expectClose(left, right, 1e-11, 'inner product');
      }),
      runs,
    );
  });

  test('the Hessian is symmetric', async () => {
    const slope = (v: Tensor) => (x: Tensor) =>
      grad((a: Tensor) => g(f(a)).sum())(x)
        .mul(v)
        .sum();
    await fc.assert(
      fc.asyncProperty(matrix, matrix, matrix, async (x, u, v) => {
        const [left = [], right = []] = await numbers(
          grad(slope(u))(x).mul(v).sum(),
          grad(slope(v))(x).mul(u).sum(),
        );
        const scale = Math.max(1, Math.abs(left[0] ?? 0));
        expectClose(left, right, 1e-10 * scale, 'quadratic form');
      }),
      runs,
    );
  });
});

describe('what is differentiated', () => {
  test('a value that is used several times collects all its cotangents', async () => {
    const x = tensor([2, 3]);
    const dx = grad((a: Tensor) => a.mul(a).add(a).add(a.mul(5)).sum())(x);
    expect(await numbers(dx)).toEqual([[10, 12]]);
  });

  test('the gradient of a gradient of a gradient of x^4 is 24 x', async () => {
    const sum = (fn: (x: Tensor) => Tensor) => (x: Tensor) => fn(x).sum();
    const third = grad(sum(grad(sum(grad((x: Tensor) => x.square().square().sum())))));
    expect(await numbers(third(tensor([1, -2, 0.5])))).toEqual([[24, -48, 12]]);
  });

  test('a tensor that the function captures is a constant, even if it is the argument', async () => {
    const x = tensor([2, 3]);
    expect(await numbers(grad((a: Tensor) => a.mul(x).sum())(x))).toEqual([[2, 3]]);
  });

  test('an inner gradient takes the outer argument as a constant, the outer gradient sees it', async () => {
    // d/dx of d/dy (x y^2) at y = x is d/dx (2 x^2) = 4 x.
    const mixed = grad((x: Tensor) => grad((y: Tensor) => x.mul(y.square()).sum())(x).sum());
    expect(await numbers(mixed(tensor([3])))).toEqual([[12]]);
  });

  test('a leaf that the loss does not use has a gradient of zeros', async () => {
    const params = { used: tensor([1, 2]), unused: tensor([[1], [2]], { dtype: 'float64' }) };
    const gradient = grad((p: typeof params) => p.used.sum())(params);
    expect(gradient.unused).toMatchObject({ shape: [2, 1], dtype: 'float64' });
    expect(await numbers(gradient.used, gradient.unused)).toEqual([
      [1, 1],
      [0, 0],
    ]);
  });

  test('a tensor at two places of the tree has a gradient for each', async () => {
    const shared = tensor([3]);
    const [first, second] = grad(([a, b]: readonly [Tensor, Tensor]) => a.mul(b.square()).sum())([
      shared,
      shared,
    ]);
    expect(await numbers(first, second)).toEqual([[9], [18]]);
  });

  test('the gradient has the form of the first argument; further arguments are constants', async () => {
    const params = { layers: [{ w: tensor([2]) }, { w: tensor([5]) }], name: 'model' };
    const loss = (p: typeof params, x: Tensor, scale: number) =>
      concat(
        p.layers.map(({ w }) => w),
        0,
      )
        .mul(x)
        .sum()
        .mul(scale);
    const [value, gradient] = valueAndGrad(loss)(params, tensor([10, 100]), 3);
    expectTypeOf(gradient).toEqualTypeOf(params);
    expect(gradient).toMatchObject({ layers: [{}, {}], name: 'model' });
    expect(await numbers(value, ...gradient.layers.map(({ w }) => w))).toEqual([
      [3 * 520],
      [30],
      [300],
    ]);
  });

  test('stopGradient keeps the value and stops the gradient', async () => {
    const [loss, dx] = valueAndGrad((x: Tensor) => x.mul(x.stopGradient()).sum())(tensor([2, 5]));
    expect(await numbers(loss, dx)).toEqual([[29], [2, 5]]);
  });

  test('integers on the way stop the gradient', async () => {
    const dx = grad((x: Tensor) => x.cast('int32').cast('float32').mul(x).sum())(tensor([2.5]));
    expect(await numbers(dx)).toEqual([[2]]);
  });

  test('no gradient flows through a comparison, but through what it selects', async () => {
    const dx = grad((x: Tensor) => x.greater(1).where(x.square(), x.mul(7)).sum())(tensor([3, 0]));
    expect(await numbers(dx)).toEqual([[6, 7]]);
  });

  test('a pullback can be used more than once', async () => {
    const [y, pull] = vjp((x: Tensor) => x.square(), tensor([1, 2]));
    expect(y.shape).toEqual([2]);
    expect(await numbers(pull(ones([2])), pull(tensor([0, 10])))).toEqual([
      [2, 4],
      [0, 40],
    ]);
  });
});

describe('errors', () => {
  const x = tensor([1, 2]);

  test('a loss that is not a scalar', () => {
    expect(() => grad((a: Tensor) => a.square())(x)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: grad: the loss has shape [2]; return a scalar, for example its mean()]`,
    );
  });

  test('a loss of integers', () => {
    expect(() => grad((a: Tensor) => a.argmax())(x)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: grad: the loss is of type int64, which has no gradient; return floating-point numbers]`,
    );
  });

  test('a leaf of integers', () => {
    const params = { w: x, blocks: [{ steps: tensor([1], { dtype: 'int64' }) }] };
    expect(() => grad((p: typeof params) => p.w.sum())(params)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: grad: blocks.0.steps is of type int64, which has no gradient; pass it as a later argument]`,
    );
    expect(() =>
      grad((a: Tensor) => a.sum())(tensor([1], { dtype: 'int32' })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: grad: the argument is of type int32, which has no gradient; pass it as a later argument]`,
    );
  });

  test('a cotangent of another shape or element type than the output', () => {
    const [, pull] = vjp((a: Tensor) => a.square(), x);
    expect(() => pull(ones([2], 'float64'))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: vjp: the cotangent is float64[2]; expected float32[2]]`,
    );
    expect(() => pull(ones([2, 1]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: vjp: the cotangent is float32[2, 1]; expected float32[2]]`,
    );
  });

  test('a tangent of another shape than the point', () => {
    expect(() => jvp((a) => a.square(), x, ones([3]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: jvp: the tangent is float32[3]; expected float32[2]]`,
    );
  });
});
