import type { DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { defineOp, type Op, type VjpContext } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { eye } from '../sequences.ts';
import { formatShape, type Shape } from '../shape.ts';
import { zeros, type Tensor } from '../tensor.ts';
import { only, type NoParams } from './elementwise.ts';
import {
  byDType,
  closeness,
  inverseGaps,
  lowerIdentity,
  lowerReordered,
  lowerRotation,
  lowerRowSigns,
  lowerScaled,
  lowerSweeps,
  machineEpsilon,
  tournament,
} from './jacobi.ts';
import { lowerTranspose, matrixSize } from './matrices.ts';

/** The factors of a matrix: x = u diag(s) v^T. */
export interface Svd {
  /** Left singular vectors in columns, [..., rows, k] with k the smaller of rows and columns. */
  readonly u: Tensor;
  /** Singular values, [..., k], descending. */
  readonly s: Tensor;
  /** Right singular vectors in columns, [..., columns, k]. */
  readonly v: Tensor;
}

/**
 * The thin singular value decomposition, by one-sided Jacobi rotations, which find small values as
 * exactly as large ones. In each column of v (of u, where x has more columns than rows) the first entry
 * of largest magnitude (within 1 %) is positive. A column that belongs to a singular value of exactly
 * zero is zero in the other factor.
 *
 * The gradient of a function of u or v has 1 / (s_j^2 - s_i^2) and 1 / s. Between squares closer than
 * 1e-6 (float64: 1e-13) of the largest it leaves out the turning of one vector towards the other, and
 * for values below that the part outside the space of u: right for what depends on common spaces as a
 * whole, not for what tells the values in them apart, where PyTorch gives infinities
 * (Giles 2008, section 3.2; Townsend 2016, Differentiating the singular value decomposition).
 *
 * @param x - [..., rows, columns].
 * @throws {ShapeError} If there are fewer than two axes.
 * @throws {RuntimeUnavailableError} On compiling, if k > 12 and the backend has no loops (WebGPU).
 */
export function svd(x: Tensor): Svd {
  const [rows, columns] = matrixSize('svd', x.shape);
  const isWide = rows < columns;
  const [left, s, right] = svdOp.all([isWide ? x.matrixTranspose() : x], {});
  const [u, v] = isWide ? [right, left] : [left, right];
  return { u: only(u, 'svd'), s: only(s, 'svd'), v: only(v, 'svd') };
}

/** The operation behind {@link svd}, for at least as many rows as columns: outputs u, s and v. */
export const svdOp: Op<NoParams> = defineOp<NoParams>({
  name: 'svd',
  shape: ([x = []]) => {
    const [rows, columns] = matrixSize('svd', x);
    if (rows < columns) {
      throw new ShapeError(`svd: ${formatShape(x)} has more columns than rows`);
    }
    const batch = x.slice(0, -2);
    return [x, [...batch, columns], [...batch, columns, columns]];
  },
  dtype: ([x = 'float32']) => [x, x, x],
  lower: (graph, [x = ''], _, { inputs: [spec] }) => {
    const { shape = [], dtype = 'float32' } = spec ?? {};
    return lowerOneSided(graph, x, { shape, dtype });
  },
  vjp: (context) => [backward(context)],
  samples: [
    { shapes: [[2, 2]], params: {}, values: { 0: [2, 1, -0.5, 1] } },
    { shapes: [[3, 2]], params: {}, values: { 0: [1, -0.5, 2, 1, -1, 1.5] } },
    {
      shapes: [[2, 4, 3]],
      params: {},
      values: {
        0: [
          [3, 0.5, 0.25, 0, 1, -0.5, 1, 0.25, 0.5, -0.5, 1, 2],
          [-1, 2, 1, 0.5, 0, 2, 0.5, 0.25, 1, 0.5, 0, 4],
        ].flat(),
      },
    },
    { shapes: [[2, 1]], params: {}, values: { 0: [-1.5, 2] } },
    { shapes: [[1, 1]], params: {}, values: { 0: [-2] } },
  ],
});

// dX = (U (K_u S + S K_v + diag(ds)) + (I - U U^T) dU S^-1) V^T with K = F o (U^T dU - dU^T U), the same
// with V, and F_ij = 1 / (s_j^2 - s_i^2).
function backward({ outputs, dys }: VjpContext): Tensor {
  const u = only(outputs[0], 'svd');
  const s = only(outputs[1], 'svd');
  const v = only(outputs[2], 'svd');
  const [dU, dS, dV] = dys;
  const n = s.shape.at(-1) ?? 1;
  const row = s.reshape([...s.shape.slice(0, -1), 1, n]);
  const column = s.reshape([...s.shape, 1]);
  const gaps = inverseGaps(s.square());
  const turn = (vectors: Tensor, cotangent: Tensor) => {
    const product = vectors.matmul(cotangent, { transposeA: true });
    return product.sub(product.matrixTranspose()).mul(gaps);
  };
  const ds = dS ?? zeros(s.shape, s.dtype);
  let inner = ds.reshape([...s.shape, 1]).mul(eye(n, { dtype: s.dtype }));
  if (dU) inner = inner.add(turn(u, dU).mul(row));
  if (dV) inner = inner.add(turn(v, dV).mul(column));
  let left = u.matmul(inner);
  if (dU) {
    const bound = s.max(-1, { keepDims: true }).stopGradient().mul(byDType(s.dtype, closeness));
    const isZero = s.lessEqual(bound.expand(s.shape)).reshape(row.shape);
    const inverse = isZero.where(0, isZero.where(1, row).pow(-1));
    const outside = dU.sub(u.matmul(u.matmul(dU, { transposeA: true })));
    left = left.add(outside.mul(inverse));
  }
  return left.matmul(v, { transposeB: true });
}

interface MatrixSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Rotates the columns of x, here rows, until all are orthogonal; the rotations of the unit matrix are V. */
function lowerOneSided(graph: GraphBuilder, x: string, { shape, dtype }: MatrixSpec): string[] {
  const rank = shape.length;
  const batch = shape.slice(0, -2);
  const [m, n] = matrixSize('svd', shape);
  const even = n + (n % 2);
  const [scaled, scale] = lowerScaled(graph, x, { rank, dtype });
  const columns = lowerTranspose(graph, scaled, rank);
  const ends = [...shape.map(() => 0), ...batch.map(() => 0), even - n, 0];
  const padded = even === n ? columns : graph.node('Pad', [columns, graph.int64s(ends)]);
  const identity = lowerIdentity(graph, { shape: [...batch, even, even], dtype });
  const start = graph.node('Concat', [padded, identity], { axis: rank - 1 });
  const rows = lowerOrthogonalised(graph, start, {
    shape: [...batch, even, m + even],
    dtype,
    length: m,
  });
  const part = (from: readonly number[], to: readonly number[]) =>
    graph.node('Slice', [
      rows,
      graph.int64s(from),
      graph.int64s(to),
      graph.int64s([rank - 2, rank - 1]),
    ]);
  const halves = { images: part([0, 0], [n, m]), turned: part([0, m], [n, m + n]) };
  const { left, values, right } = lowerFactors(graph, halves, { shape, dtype });
  return [
    lowerTranspose(graph, left, rank),
    graph.node('Mul', [values, graph.node('Reshape', [scale, graph.int64s([...batch, 1])])]),
    lowerTranspose(graph, right, rank),
  ];
}

/** Sorted factors from orthogonal rows, x's columns turned, and what the unit matrix became, V^T. */
function lowerFactors(
  graph: GraphBuilder,
  { images, turned }: { readonly images: string; readonly turned: string },
  { shape, dtype }: MatrixSpec,
): { readonly left: string; readonly values: string; readonly right: string } {
  const rank = shape.length;
  const batch = shape.slice(0, -2);
  const [m, n] = matrixSize('svd', shape);
  const last = graph.int64s([rank - 1]);
  const norm = (x: string) =>
    graph.node('Sqrt', [graph.node('ReduceSum', [graph.node('Mul', [x, x]), last])]);
  // Rounding has changed the lengths of the rows of both parts by the same factors.
  const drift = norm(turned);
  const found = graph.node('Div', [norm(images), drift]);
  const flat = graph.node('Reshape', [found, graph.int64s([...batch, n])]);
  const [values = '', order = ''] = graph.multi('TopK', [flat, graph.int64s([n])], 2);
  const indices = graph.indices(order, n);
  const basis = graph.node('Div', [turned, drift]);
  const right = lowerReordered(graph, { rows: basis, indices }, [...batch, n, n]);
  const left = lowerReordered(graph, { rows: images, indices }, [...batch, n, m]);
  const lengths = norm(left);
  const isLong = graph.node('Greater', [lengths, graph.scalar(0, dtype)]);
  const unit = graph.node('Div', [
    left,
    graph.node('Where', [isLong, lengths, graph.scalar(1, dtype)]),
  ]);
  const signs = lowerRowSigns(graph, right, { rank, dtype });
  const signed = (x: string) => graph.node('Mul', [x, signs]);
  return { left: signed(unit), values, right: signed(right) };
}

/**
 * Rotates pairs of rows until the parts before `length` are orthogonal: |a b| <= 2 sqrt(length) epsilon
 * |a| |b|, about the rounding of a product.
 */
function lowerOrthogonalised(
  graph: GraphBuilder,
  rows: string,
  { shape, dtype, length }: MatrixSpec & { readonly length: number },
): string {
  const axis = shape.length - 2;
  const n = shape[axis] ?? 2;
  const zero = graph.scalar(0, dtype);
  const tolerance = graph.scalar(2 * Math.sqrt(length) * byDType(dtype, machineEpsilon), dtype);
  const order = graph.constant(tournament(n), [n], 'int32');
  const [result = ''] = lowerSweeps(
    graph,
    {
      operation: 'svd',
      n,
      carried: [{ name: rows, shape, dtype }],
      fresh: [{ name: zero, shape: [], dtype }],
    },
    ([before = '', worst]) => {
      const [top = '', bottom = ''] = graph.multi('Split', [before], 2, { axis, num_outputs: 2 });
      const { p, q, o } = lowerProducts(graph, { top, bottom }, { axis: axis + 1, length });
      const [cosine, sine] = lowerRotation(graph, { p, q, o }, dtype);
      const times = (x: string, factor: string) => graph.node('Mul', [x, factor]);
      const first = graph.node('Sub', [times(top, cosine), times(bottom, sine)]);
      const second = graph.node('Add', [times(top, sine), times(bottom, cosine)]);
      const joined = graph.node('Concat', [first, second], { axis });
      const next = graph.node('Gather', [joined, order], { axis });
      if (worst === undefined) return [next];
      const allowed = graph.node('Mul', [
        graph.node('Mul', [graph.node('Sqrt', [p]), graph.node('Sqrt', [q])]),
        tolerance,
      ]);
      const excess = graph.node('Sub', [graph.node('Abs', [o]), allowed]);
      const largest = graph.node('ReduceMax', [excess], { keepdims: 0 });
      return [next, graph.node('Max', [largest, worst])];
    },
    ([, worst = '']) => graph.node('Greater', [worst, zero]),
  );
  return result;
}

/** The inner products of pairs of rows, of the parts before `length`, [..., pairs, 1]. */
function lowerProducts(
  graph: GraphBuilder,
  { top, bottom }: { readonly top: string; readonly bottom: string },
  { axis, length }: { readonly axis: number; readonly length: number },
): { readonly p: string; readonly q: string; readonly o: string } {
  const last = graph.int64s([axis]);
  const image = (x: string) =>
    graph.node('Slice', [x, graph.int64s([0]), graph.int64s([length]), last]);
  const [a, b] = [image(top), image(bottom)];
  const product = (x: string, y: string) =>
    graph.node('ReduceSum', [graph.node('Mul', [x, y]), last]);
  return { p: product(a, a), q: product(b, b), o: product(a, b) };
}
