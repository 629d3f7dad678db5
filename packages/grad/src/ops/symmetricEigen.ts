import type { DType } from '../dtype.ts';
import { defineOp, type Op } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Shape } from '../shape.ts';
import { zeros, type Tensor } from '../tensor.ts';
import { only, type NoParams } from './elementwise.ts';
import {
  byDType,
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
import { indicator, lowerTranspose, squareSize, symmetrized } from './matrices.ts';

/**
 * Eigenvalues and eigenvectors of (A + A^T) / 2, by Jacobi rotations. In each vector the first entry of
 * largest magnitude (within 1 %) is positive.
 *
 * The gradient of a function of the vectors has 1 / (difference of eigenvalues). Between values closer
 * than 1e-6 (float64: 1e-13) of the largest it leaves out the turning of one vector towards the other:
 * right for what depends on their common space as a whole, such as a projection on it; not for what tells
 * the values in it apart, such as a square root of A, where PyTorch gives infinities. It is symmetric
 * (Giles 2008, An extended collection of matrix derivative results, section 3.1).
 *
 * Cost per sweep of n - 1 rounds: three products of n x n matrices a round; 5 to 9 sweeps.
 *
 * @param a - Symmetric matrices, [..., n, n].
 * @returns `values`, [..., n], ascending, and `vectors`, [..., n, n], in columns.
 * @throws {ShapeError} If the matrices are not square.
 * @throws {RuntimeUnavailableError} On compiling, if n > 12 and the backend has no loops (WebGPU).
 */
export function symmetricEigen(a: Tensor): { readonly values: Tensor; readonly vectors: Tensor } {
  const [values, vectors] = symmetricEigenOp.all([a], {});
  return { values: only(values, 'symmetricEigen'), vectors: only(vectors, 'symmetricEigen') };
}

/** The operation behind {@link symmetricEigen}: outputs values and vectors. */
export const symmetricEigenOp: Op<NoParams> = defineOp<NoParams>({
  name: 'symmetricEigen',
  shape: ([a = []]) => {
    squareSize('symmetricEigen', a);
    return [a.slice(0, -1), a];
  },
  dtype: ([a = 'float32']) => [a, a],
  lower: (graph, [a = ''], _, { inputs: [spec] }) => {
    const { shape = [], dtype = 'float32' } = spec ?? {};
    const sum = graph.node('Add', [a, lowerTranspose(graph, a, shape.length)]);
    const symmetric = graph.node('Mul', [sum, graph.scalar(0.5, dtype)]);
    return lowerEigen(graph, symmetric, { shape, dtype });
  },
  // dA = V (diag(dw) + F o V^T dV) V^T, F_ij = 1 / (w_j - w_i).
  vjp: ({ outputs, dys }) => {
    const values = only(outputs[0], 'symmetricEigen');
    const vectors = only(outputs[1], 'symmetricEigen');
    const dValues = dys[0] ?? zeros(values.shape, values.dtype);
    const scaled = vectors.mul(
      dValues.reshape([...values.shape.slice(0, -1), 1, values.shape.at(-1) ?? 1]),
    );
    const ofValues = scaled.matmul(vectors, { transposeB: true });
    const dVectors = dys[1];
    if (!dVectors) return [symmetrized(ofValues)];
    const turn = vectors.matmul(dVectors, { transposeA: true }).mul(inverseGaps(values));
    const ofVectors = vectors.matmul(turn).matmul(vectors, { transposeB: true });
    return [symmetrized(ofValues.add(ofVectors))];
  },
  samples: [
    { shapes: [[2, 2]], params: {}, values: { 0: [2, 1, 1, -1] } },
    // Not symmetric: (A + A^T) / 2 counts. An odd number of rows.
    { shapes: [[3, 3]], params: {}, values: { 0: [4, 1.5, -1, 0.5, 1, 0.25, -1, 0.75, -2] } },
    {
      shapes: [[2, 4, 4]],
      params: {},
      values: {
        0: [
          [1, 0.5, 0.25, 0, 0.5, 3, -0.5, 1, 0.25, -0.5, 5, 0.5, 0, 1, 0.5, -3],
          [-1, 0, 1, 0.5, 0, 2, 0.5, 0.25, 1, 0.5, 0, 1, 0.5, 0.25, 1, -4],
        ].flat(),
      },
    },
    { shapes: [[1, 1]], params: {}, values: { 0: [-2] } },
  ],
});

interface MatrixSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Pads to an even number of rows, diagonalises, takes the padding away and sorts. */
function lowerEigen(
  graph: GraphBuilder,
  a: string,
  { shape, dtype }: MatrixSpec,
): readonly string[] {
  const rank = shape.length;
  const n = shape.at(-1) ?? 1;
  const [scaled, scale] = lowerScaled(graph, a, { rank, dtype });
  const even = n + (n % 2);
  const before = shape.map(() => 0);
  const after = [...before.slice(2), even - n, even - n];
  const padded =
    even === n ? scaled : graph.node('Pad', [scaled, graph.int64s([...before, ...after])]);
  const evenSpec = { shape: [...shape.slice(0, -2), even, even], dtype };
  const [diagonal, turned] = lowerDiagonalised(graph, padded, evenSpec);

  const cut = (x: string, axes: readonly number[]) =>
    even === n
      ? x
      : graph.node('Slice', [
          x,
          graph.int64s(axes.map(() => 0)),
          graph.int64s(axes.map(() => n)),
          graph.int64s(axes),
        ]);
  const [values, indices] = graph.multi('TopK', [cut(diagonal, [rank - 2]), graph.int64s([n])], 2, {
    axis: rank - 2,
    largest: 0,
  });
  const rows = lowerReordered(
    graph,
    { rows: cut(turned, [rank - 2, rank - 1]), indices: graph.indices(indices ?? '', n) },
    shape,
  );
  const signed = graph.node('Mul', [rows, lowerRowSigns(graph, rows, { rank, dtype })]);
  const lengths = graph.node('Reshape', [scale, graph.int64s([...shape.slice(0, -2), 1])]);
  return [graph.node('Mul', [values ?? '', lengths]), lowerTranspose(graph, signed, rank)];
}

/** The diagonal that rotations leave, [..., n], and their product, transposed: vectors in rows. */
function lowerDiagonalised(
  graph: GraphBuilder,
  a: string,
  { shape, dtype }: MatrixSpec,
): readonly [diagonal: string, rows: string] {
  const rank = shape.length;
  const n = shape.at(-1) ?? 1;
  const identity = lowerIdentity(graph, { shape, dtype });
  const carried = [
    { name: a, shape, dtype },
    { name: identity, shape, dtype },
  ];
  const unit = indicator(n, n, (row, column) => row === column);
  const offDiagonal = graph.constant(
    unit.map((value) => 1 - value),
    [n, n],
    dtype,
  );
  const axes = graph.int64s([rank - 2, rank - 1]);
  const squares = (x: string) => graph.node('ReduceSum', [graph.node('Mul', [x, x]), axes]);
  const [left = '', rows = ''] = lowerSweeps(
    graph,
    { operation: 'symmetricEigen', n, carried },
    ([matrix = '', vectors = '']) => {
      const rotation = lowerPairs(graph, matrix, { shape, dtype });
      const back = lowerTranspose(graph, rotation, rank);
      const half = graph.node('MatMul', [rotation, matrix]);
      return [graph.node('MatMul', [half, back]), graph.node('MatMul', [rotation, vectors])];
    },
    // What is left beside the diagonal, against the rounding of n numbers a row.
    ([matrix = '']) => {
      const beside = squares(graph.node('Mul', [matrix, offDiagonal]));
      const limit = graph.scalar(4 * n * byDType(dtype, machineEpsilon) ** 2, dtype);
      const bound = graph.node('Mul', [squares(matrix), limit]);
      const excess = graph.node('ReduceMax', [graph.node('Sub', [beside, bound])], { keepdims: 0 });
      return graph.node('Greater', [excess, graph.scalar(0, dtype)]);
    },
  );
  const onDiagonal = graph.node('Mul', [left, graph.constant(unit, [n, n], dtype)]);
  const along = graph.int64s([rank - 1]);
  const diagonal = graph.node('ReduceSum', [onDiagonal, along], { keepdims: 0 });
  // Rounding has changed the lengths of the rotations' rows, and the diagonal by their squares.
  const lengths = graph.node('ReduceSum', [graph.node('Mul', [rows, rows]), along]);
  const flat = graph.node('Reshape', [lengths, graph.int64s(shape.slice(0, -1))]);
  return [
    graph.node('Div', [diagonal, flat]),
    graph.node('Div', [rows, graph.node('Sqrt', [lengths])]),
  ];
}

/** The rotations of all pairs (i, i + n / 2) and the move to the next round, as one matrix from the left. */
function lowerPairs(graph: GraphBuilder, matrix: string, { shape, dtype }: MatrixSpec): string {
  const n = shape.at(-1) ?? 1;
  const half = n / 2;
  const batch = shape.slice(0, -2);
  const pairs = Array.from({ length: half }, (_, i) => i);
  const flat = graph.node('Reshape', [matrix, graph.int64s([...batch, n * n, 1])]);
  const positions = [
    ...pairs.map((i) => i * n + i),
    ...pairs.map((i) => (i + half) * n + i + half),
    ...pairs.map((i) => i * n + i + half),
  ];
  const entries = graph.node('Gather', [flat, graph.constant(positions, [3 * half], 'int32')], {
    axis: batch.length,
  });
  const parts = graph.multi('Split', [entries], 3, { axis: batch.length, num_outputs: 3 });
  const [p = '', q = '', o = ''] = parts;
  const [cosine, sine] = lowerRotation(graph, { p, q, o }, dtype);
  // Rows of the rotation: c p - s q and s p + c q.
  const unit = (offset: number) =>
    graph.constant(
      indicator(half, n, (row, column) => row + offset === column),
      [half, n],
      dtype,
    );
  const times = (factor: string, offset: number) => graph.node('Mul', [factor, unit(offset)]);
  const top = graph.node('Sub', [times(cosine, 0), times(sine, half)]);
  const bottom = graph.node('Add', [times(sine, 0), times(cosine, half)]);
  const rotation = graph.node('Concat', [top, bottom], { axis: batch.length });
  const order = graph.constant(tournament(n), [n], 'int32');
  return graph.node('Gather', [rotation, order], { axis: batch.length });
}
