import { describe, expect, test } from 'vitest';
import { RuntimeUnavailableError } from '../src/errors.ts';
import '../src/methods.ts';
import type { OnnxNode } from '../src/onnx/model.ts';
import { GraphBuilder } from '../src/onnx/graphBuilder.ts';
import { cholesky, choleskyOp } from '../src/ops/cholesky.ts';
import {
  inversePositiveDefinite,
  leastSquares,
  logDeterminantPositiveDefinite,
  solvePositiveDefinite,
} from '../src/ops/linearSystems.ts';
import { qr, qrOp } from '../src/ops/qr.ts';
import { svd, svdOp, type Svd } from '../src/ops/svd.ts';
import { symmetricEigen, symmetricEigenOp } from '../src/ops/symmetricEigen.ts';
import { triangularSolve } from '../src/ops/triangularSolve.ts';
import { keyOf, normals } from '../src/random.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { webBackend } from '../src/runtime/web.ts';
import { eye } from '../src/sequences.ts';
import { full, hostData, tensor, type Tensor } from '../src/tensor.ts';
import { compile, evaluate } from '../src/trace/compile.ts';
import { grad } from '../src/trace/gradient.ts';
import { expectClose } from './closeness.ts';
import fixture from './fixtures/linearAlgebra.json' with { type: 'json' };

const node = await nodeBackend({ threads: 2 });
const backends = [node, await webBackend({ threads: 2 })];
const each = describe.each(backends.map((backend) => [backend.name, backend] as const));

interface Stored {
  readonly shape: readonly number[];
  readonly data: readonly number[];
}

const qrOf = ({ q, r }: ReturnType<typeof qr>) => [q, r];
const eigenOf = ({ values, vectors }: ReturnType<typeof symmetricEigen>) => [values, vectors];
const svdOf = ({ u, s, v }: Svd) => [u, s, v];

type Call = (a: Tensor, b: Tensor) => readonly Tensor[];

/** Our call for each of scripts/reference/linear_algebra.py. */
const calls: Readonly<Record<string, Call>> = {
  cholesky: (a) => [cholesky(a)],
  solveLower: (a, b) => [triangularSolve(a, b)],
  solveUpper: (a, b) => [triangularSolve(a, b, { isUpper: true })],
  solveTransposed: (a, b) => [triangularSolve(a, b, { isTransposed: true })],
  solvePositiveDefinite: (a, b) => [solvePositiveDefinite(a, b)],
  inversePositiveDefinite: (a) => [inversePositiveDefinite(a)],
  logDeterminantPositiveDefinite: (a) => [logDeterminantPositiveDefinite(a)],
  leastSquares: (a, b) => [leastSquares(a, b)],
  qr: (a) => qrOf(qr(a)),
  symmetricEigen: (a) => eigenOf(symmetricEigen(a)),
  svd: (a) => svdOf(svd(a)),
};

test('every call of the fixture is ours, and each of ours is in it', () => {
  expect([...new Set(fixture.cases.map(({ call }) => call))].toSorted()).toEqual(
    Object.keys(calls).toSorted(),
  );
});

each('%s', (_, backend) => {
  for (const { call, inputs, outputs, dys, grads } of fixture.cases) {
    const shapes = inputs.map(({ shape }) => `[${shape.join()}]`).join(' ');
    test(`${call} ${shapes} has PyTorch's values and gradients`, async () => {
      const compute = calls[call];
      const run = compile(
        (xs: readonly Tensor[], cotangents: readonly Tensor[]) => {
          const results = ([a, b]: readonly Tensor[]) => {
            if (compute === undefined || a === undefined) throw new Error(`no call ${call}`);
            return compute(a, b ?? a);
          };
          const loss = (leaves: readonly Tensor[]) =>
            results(leaves)
              .map((y, i) => y.mul(cotangents[i] ?? 0).sum())
              .reduce((total, term) => total.add(term));
          return { outputs: results(xs), grads: grad(loss)(xs) };
        },
        { backend, name: call },
      );
      const actual = await run(inputs.map(stored), dys.map(stored));
      await run.dispose();
      for (const part of ['outputs', 'grads'] as const) {
        const expected = part === 'outputs' ? outputs : grads;
        expect(actual[part].map(({ shape }) => shape)).toEqual(expected.map(({ shape }) => shape));
        actual[part].forEach((value, i) =>
          expectClose(hostData(value), expected[i]?.data ?? [], 1e-9, `${part} ${i}`),
        );
      }
    });
  }
});

function stored({ shape, data }: Stored): Tensor {
  return tensor([...data], { shape, dtype: 'float64' });
}

type FloatType = 'float32' | 'float64';

/** Random matrices with the singular values 1 to 1 / condition, equally far apart in logarithm. */
async function withCondition(
  { n, condition, isSymmetric }: { n: number; condition: number; isSymmetric: boolean },
  dtype: FloatType,
): Promise<Tensor> {
  const draw = (seed: number) =>
    tensor([...normals(keyOf(seed), 2 * n * n)], { shape: [2, n, n], dtype: 'float64' });
  const [left, right] = [qr(draw(n)).q, qr(draw(n + 1)).q];
  const values = Array.from({ length: n }, (_, i) => condition ** (-i / (n - 1)));
  const scaled = left.mul(tensor(values, { dtype: 'float64' }));
  const other = isSymmetric ? left : right;
  return evaluate(scaled.matmul(other.matrixTranspose()).cast(dtype), { backend: node });
}

/** Frobenius norm of the difference. */
function distance(a: Tensor, b: Tensor): Tensor {
  return a.sub(b).square().sum([-2, -1]).sqrt().max();
}

function unitDistance(q: Tensor): Tensor {
  const gram = q.matmul(q, { transposeA: true });
  return distance(gram, eye(gram.shape.at(-1) ?? 1, { dtype: q.dtype }));
}

/**
 * Errors in units of the distance from 1 to the next number, computed in float64. LAPACK's own bounds for
 * these are the size of the matrix; the largest that were seen are about half of what is allowed here.
 */
each('%s is as exact as the element type', (_, backend) => {
  describe.each<[FloatType, number]>([
    ['float32', 1e3],
    ['float64', 1e6],
  ])('in %s at condition %d', (dtype, condition) => {
    const unit = dtype === 'float32' ? 2 ** -23 : 2 ** -52;

    async function errorsOf(
      { n, isSymmetric }: { n: number; isSymmetric: boolean },
      factor: (x: Tensor) => readonly Tensor[],
      measure: (x: Tensor, factors: readonly Tensor[]) => readonly Tensor[],
    ): Promise<readonly number[]> {
      const x = await withCondition({ n, condition, isSymmetric }, dtype);
      const run = compile((a: Tensor) => factor(a), { backend, name: 'factor' });
      const factors = await run(x);
      await run.dispose();
      const wide = (value: Tensor) => value.cast('float64');
      const errors = await evaluate(measure(wide(x), factors.map(wide)), { backend: node });
      return errors.map((error) => Number(hostData(error)[0]) / unit);
    }

    test.each([4, 17, 64])('cholesky and its solution, n = %d', async (n) => {
      const [factor = NaN, solution = NaN] = await errorsOf(
        { n, isSymmetric: true },
        (a) => [cholesky(a), solvePositiveDefinite(a, a.slice({ axis: -1, end: 2 }))],
        (a, [l = a, x = a]) => {
          const unitColumns = eye(n, { columns: 2, dtype: 'float64' });
          return [
            distance(l.matmul(l, { transposeB: true }), a),
            distance(a.matmul(x), a.matmul(unitColumns)),
          ];
        },
      );
      expect(factor).toBeLessThan(n);
      expect(solution).toBeLessThan(n);
    });

    test.each([4, 17, 64])('qr, n = %d', async (n) => {
      const [product = NaN, unitarity = NaN] = await errorsOf(
        { n, isSymmetric: false },
        (x) => qrOf(qr(x)),
        (x, [q = x, r = x]) => [distance(q.matmul(r), x), unitDistance(q)],
      );
      expect(product).toBeLessThan(2 * n);
      expect(unitarity).toBeLessThan(4 * n);
    });

    test.each([4, 17, 48])('symmetricEigen, n = %d', async (n) => {
      const [residual = NaN, unitarity = NaN] = await errorsOf(
        { n, isSymmetric: true },
        (x) => eigenOf(symmetricEigen(x)),
        (x, [values = x, vectors = x]) => [
          distance(x.matmul(vectors), vectors.mul(values.reshape([2, 1, n]))),
          unitDistance(vectors),
        ],
      );
      expect(residual).toBeLessThan(2 * n);
      expect(unitarity).toBeLessThan(4 * n);
    });

    test.each([4, 17, 48])('svd, n = %d', async (n) => {
      const [product = NaN, left = NaN, right = NaN, values = NaN] = await errorsOf(
        { n, isSymmetric: false },
        (x) => svdOf(svd(x)),
        (x, [u = x, s = x, v = x]) => {
          const wanted = Array.from({ length: n }, (_value, i) => condition ** (-i / (n - 1)));
          const expected = tensor(wanted, { dtype: 'float64' });
          return [
            distance(u.mul(s.reshape([2, 1, n])).matmul(v, { transposeB: true }), x),
            unitDistance(u),
            unitDistance(v),
            s.sub(expected).abs().max(),
          ];
        },
      );
      expect(product).toBeLessThan(2 * n);
      expect(left).toBeLessThan(4 * n);
      expect(right).toBeLessThan(4 * n);
      expect(values).toBeLessThan(2 * n);
    });
  });
});

describe('equal eigenvalues', () => {
  const run = async (f: (x: Tensor) => Tensor, values: readonly (readonly number[])[]) => {
    const gradient = await evaluate(grad(f)(tensor(values, { dtype: 'float64' })), {
      backend: node,
    });
    return Array.from(hostData(gradient), Number);
  };
  const degenerate = [
    [2, 0, 0],
    [0, 5, 0],
    [0, 0, 5],
  ];

  test('have the gradient of what does not tell them apart', async () => {
    const logDet = (x: Tensor) => symmetricEigen(x).values.log().sum();
    expectClose(await run(logDet, degenerate), [0.5, 0, 0, 0, 0.2, 0, 0, 0, 0.2], 1e-12, 'A^-1');
    const projected = (x: Tensor) => {
      const pair = symmetricEigen(x).vectors.slice({ axis: 1, start: 1 });
      return pair.matmul(pair, { transposeB: true }).slice({ axis: 0, end: 1 }).sum();
    };
    // The space of the last two turns towards the first axis by dA / (5 - 2).
    const turned = [0, 1, 1, 1, 0, 0, 1, 0, 0].map((value) => value / 6);
    expectClose(await run(projected, degenerate), turned, 1e-12, 'projection');
  });

  test('of the zero matrix have finite gradients', async () => {
    const zero = [
      [0, 0],
      [0, 0],
    ];
    const both = (x: Tensor) => {
      const { values, vectors } = symmetricEigen(x);
      return values.sum().add(vectors.sum());
    };
    expect(await run(both, zero)).toEqual([1, 0, 0, 1]);
  });
});

each('%s at extremes', (_, backend) => {
  const compute = async (f: (x: Tensor) => readonly Tensor[], x: Tensor) => {
    const run = compile((a: Tensor) => f(a), { backend, name: 'extremes' });
    const results = await run(x);
    await run.dispose();
    return results.map((result) => Array.from(hostData(result), Number));
  };

  test('the sign of a vector with entries of equal size is that of the first', async () => {
    const swap = tensor([
      [0, 1],
      [1, 0],
    ]);
    const [values = [], vectors = []] = await compute((x) => eigenOf(symmetricEigen(x)), swap);
    expectClose(values, [-1, 1], 1e-6, 'values');
    const half = Math.SQRT1_2;
    expectClose(vectors, [half, half, -half, half], 1e-6, 'vectors');
  });

  test('very large and very small matrices keep their digits', async () => {
    for (const scale of [1e-25, 1e25]) {
      const x = tensor(
        [3, 4, 1, -2, 0, 1].map((value) => value * scale),
        { shape: [3, 2] },
      );
      const [, s = []] = await compute((a) => svdOf(svd(a)), x);
      // x^T x = [[10, 10], [10, 21]].
      const roots = [31 / 2 + Math.sqrt(521) / 2, 31 / 2 - Math.sqrt(521) / 2];
      expectClose(
        s.map((value) => value / scale),
        roots.map(Math.sqrt),
        1e-5,
        'singular values',
      );
      const square = tensor([2 * scale, scale, scale, 2 * scale], { shape: [2, 2] });
      const [values = []] = await compute((a) => eigenOf(symmetricEigen(a)), square);
      expectClose(
        values.map((value) => value / scale),
        [1, 3],
        1e-5,
        'eigenvalues',
      );
    }
  });

  test('a matrix of low rank has an orthonormal q, and a zero column of u for each exact zero', async () => {
    const x = tensor([1, 2, 0, 2, 4, 0, 2, 4, 0], { shape: [3, 3] });
    const [gram = []] = await compute((a) => {
      const { q } = qr(a);
      return [q.matmul(q, { transposeA: true })];
    }, x);
    expectClose(gram, [1, 0, 0, 0, 1, 0, 0, 0, 1], 1e-6, 'q^T q');
    const [u = [], s = []] = await compute((a) => svdOf(svd(a)), x);
    expectClose(s, [Math.sqrt(45), 0, 0], 1e-5, 'singular values');
    expect([u[2], u[5], u[8]]).toEqual([0, 0, 0]);
  });

  test('what is not positive definite gives NaN', async () => {
    const x = tensor([1, 2, 2, 1], { shape: [2, 2] });
    const [l = []] = await compute((a) => [cholesky(a)], x);
    expect(l[3]).toBeNaN();
  });
});

describe('without loops', () => {
  const lowered = (op: typeof choleskyOp, n: number) => {
    const graph = new GraphBuilder({ supports: () => false });
    const spec = { shape: [n, n], dtype: 'float32' } as const;
    op.definition.lower(graph, ['x'], {}, { inputs: [spec], outputs: [] });
    return graph.nodes.length;
  };
  const withLoops = (op: typeof choleskyOp, n: number) => {
    const graph = new GraphBuilder({ supports: () => true });
    const spec = { shape: [n, n], dtype: 'float32' } as const;
    op.definition.lower(graph, ['x'], {}, { inputs: [spec], outputs: [] });
    return countNodes(graph.nodes);
  };

  test('graphs stay small', () => {
    expect(lowered(choleskyOp, 64)).toBeLessThan(800);
    expect(lowered(qrOp, 64)).toBeLessThan(1600);
    expect(lowered(symmetricEigenOp, 12)).toBeLessThan(3000);
    expect(lowered(svdOp, 12)).toBeLessThan(3000);
    for (const op of [choleskyOp, qrOp, symmetricEigenOp, svdOp]) {
      expect(withLoops(op, 64)).toBeLessThan(200);
    }
  });

  test('rotations have converged where they are written out', async () => {
    const backend = { ...node, capabilities: { ...node.capabilities, supports: () => false } };
    const x = await withCondition({ n: 12, condition: 1e3, isSymmetric: true }, 'float32');
    const run = compile((a: Tensor) => [...svdOf(svd(a)), ...eigenOf(symmetricEigen(a))], {
      backend,
    });
    const [u = x, s = x, v = x, values = x, vectors = x] = await run(x);
    await run.dispose();
    const residuals = await evaluate(
      [
        distance(u.mul(s.reshape([2, 1, 12])).matmul(v, { transposeB: true }), x),
        unitDistance(u),
        distance(x.matmul(vectors), vectors.mul(values.reshape([2, 1, 12]))),
      ],
      { backend: node },
    );
    for (const residual of residuals) {
      expect(Number(hostData(residual)[0])).toBeLessThan(24 * 2 ** -23);
    }
  });

  test('many rotations are refused', () => {
    expect(() => lowered(symmetricEigenOp, 13)).toThrow(RuntimeUnavailableError);
    expect(() => lowered(svdOp, 64)).toThrowErrorMatchingInlineSnapshot(
      `[RuntimeUnavailableError: svd: 64 columns need the operator Loop, which this backend lacks; up to 12 run without it, more on the CPU backends]`,
    );
  });
});

function countNodes(nodes: readonly OnnxNode[]): number {
  const inside = (node: OnnxNode) =>
    Object.values(node.attributes).map((value) =>
      typeof value === 'object' && 'nodes' in value ? countNodes(value.nodes) : 0,
    );
  return nodes.reduce((total, node) => total + inside(node).reduce((a, b) => a + b, 1), 0);
}

test('shapes that do not fit are refused', () => {
  const some = (...shape: readonly number[]) => full(shape, 1);
  const refusals = [
    () => cholesky(some(2, 3)),
    () => cholesky(some(3)),
    () => triangularSolve(some(3, 3), some(2, 1)),
    () => triangularSolve(some(2, 3, 3), some(4, 3, 1)),
    () => qr(some(2, 3)),
    () => symmetricEigen(some(4, 2, 3)),
    () => svd(some(3)),
    () => leastSquares(some(4, 2), some(3, 1)),
    () => logDeterminantPositiveDefinite(some(2, 3)),
  ].map((act) => {
    try {
      act();
      return 'no error';
    } catch (error) {
      return String(error);
    }
  });
  expect(refusals).toMatchInlineSnapshot(`
    [
      "ShapeError: cholesky: the last two axes of [2, 3] differ (2 and 3); expected square matrices",
      "ShapeError: cholesky: [3] has fewer than two axes; expected [..., rows, columns]",
      "ShapeError: triangularSolve: [3, 3] and [2, 1] differ in rows (3 and 2)",
      "ShapeError: triangularSolve: cannot broadcast [2] with [4] (2 and 4); sizes must be equal or 1",
      "ShapeError: qr: [2, 3] has more columns than rows (3 and 2); factor the transposes",
      "ShapeError: symmetricEigen: the last two axes of [4, 2, 3] differ (2 and 3); expected square matrices",
      "ShapeError: svd: [3] has fewer than two axes; expected [..., rows, columns]",
      "ShapeError: leastSquares: [4, 2] and [3, 1] differ in rows (4 and 3)",
      "ShapeError: logDeterminantPositiveDefinite: the last two axes of [2, 3] differ (2 and 3); expected square matrices",
    ]
  `);
});
