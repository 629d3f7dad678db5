import type { DType } from '../dtype.ts';
import { defineOp, type Op } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { lowerRounds } from '../onnx/rounds.ts';
import { eye } from '../sequences.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only, type NoParams } from './elementwise.ts';
import {
  indicator,
  lowerTranspose,
  lowerTriangularInverse,
  mask,
  squareSize,
  symmetrized,
} from './matrices.ts';
import { triangularSolve } from './triangularSolve.ts';

/**
 * The lower triangular L with positive diagonal for which L L^T = (A + A^T) / 2. The gradient is
 * symmetric, as in PyTorch (Murray 2016, arXiv:1602.07527, section 3).
 *
 * @param a - Symmetric positive definite matrices, [..., n, n]; others give NaN.
 * @returns [..., n, n], zero above the diagonal.
 * @throws {ShapeError} If the matrices are not square.
 */
export function cholesky(a: Tensor): Tensor {
  return choleskyOp([a], {});
}

/** The operation behind {@link cholesky}. */
export const choleskyOp: Op<NoParams> = defineOp<NoParams>({
  name: 'cholesky',
  shape: ([a = []]) => {
    squareSize('cholesky', a);
    return a;
  },
  lower: (graph, [a = ''], _, { inputs: [spec] }) => {
    const { shape = [], dtype = 'float32' } = spec ?? {};
    const sum = graph.node('Add', [a, lowerTranspose(graph, a, shape.length)]);
    const symmetric = graph.node('Mul', [sum, graph.scalar(0.5, dtype)]);
    return lowerBlocks(graph, symmetric, { shape, dtype });
  },
  // dA = sym(L^-T P L^-1), with P the lower triangle of L^T dL, its diagonal halved.
  vjp: ({ inputs, y, dy }) => {
    const n = only(inputs[0], 'cholesky').shape.at(-1) ?? 1;
    const half = mask(n, y.dtype, (row, column) => row >= column).sub(
      eye(n, { dtype: y.dtype }).mul(0.5),
    );
    const inverse = triangularSolve(y, eye(n, { dtype: y.dtype }));
    const p = y.matmul(dy, { transposeA: true }).mul(half);
    return [symmetrized(inverse.matmul(p.matmul(inverse), { transposeA: true }))];
  },
  samples: [
    { shapes: [[2, 2]], params: {}, values: { 0: [4, 1, 1, 2] } },
    // Not symmetric: (A + A^T) / 2 counts.
    { shapes: [[3, 3]], params: {}, values: { 0: [4, 1.5, -1, 0.5, 3, 0.25, -1, 0.75, 2] } },
    { shapes: [[2, 1, 1]], params: {}, values: { 0: [4, 0.25] } },
    { shapes: [[1, 18, 18]], params: {}, values: { 0: band(18) } },
  ],
});

/** A positive definite matrix wider than one block. */
function band(n: number): readonly number[] {
  return Array.from({ length: n * n }, (_, i) => {
    const distance = Math.abs(Math.floor(i / n) - (i % n));
    return distance === 0 ? 2.5 + (i % 3) / 4 : 1 / (1 << Math.min(distance, 6));
  });
}

/** Columns factored one after another; beyond that, products of blocks. */
const blockSize = 16;

type MatrixSpec = { readonly shape: Shape; readonly dtype: DType };

/** From left to right: what the columns on the left leave of a block, its factor, and what is below. */
function lowerBlocks(graph: GraphBuilder, a: string, { shape, dtype }: MatrixSpec): string {
  const n = shape.at(-1) ?? 1;
  const rank = shape.length;
  const part = (x: string, axis: number, [start, end]: readonly [number, number]) =>
    graph.node('Slice', [x, graph.int64s([start]), graph.int64s([end]), graph.int64s([axis])]);
  const transposed = (x: string) => lowerTranspose(graph, x, rank);
  let left = '';
  for (let start = 0; start < n; start += blockSize) {
    const end = Math.min(start + blockSize, n);
    let rest = part(part(a, rank - 2, [start, n]), rank - 1, [start, end]);
    if (left !== '') {
      const rows = part(left, rank - 2, [start, n]);
      const across = transposed(part(left, rank - 2, [start, end]));
      rest = graph.node('Sub', [rest, graph.node('MatMul', [rows, across])]);
    }
    const size = end - start;
    const block = { shape: [...shape.slice(0, -2), size, size], dtype };
    const top = lowerColumns(graph, part(rest, rank - 2, [0, size]), block);
    let columns = top;
    if (end < n) {
      const inverse = lowerTriangularInverse(graph, top, { n: size, dtype });
      const below = part(rest, rank - 2, [size, n - start]);
      const factor = graph.node('MatMul', [below, transposed(inverse)]);
      columns = graph.node('Concat', [top, factor], { axis: rank - 2 });
    }
    if (start > 0) {
      const above = graph.int64s([...shape.slice(0, -2), start, size]);
      const zeros = graph.node('Expand', [graph.scalar(0, dtype), above]);
      columns = graph.node('Concat', [zeros, columns], { axis: rank - 2 });
    }
    left = left === '' ? columns : graph.node('Concat', [left, columns], { axis: rank - 1 });
  }
  return left;
}

/** Column after column: l = s_j / sqrt(s_jj) from row j on, then S - l l^T. */
function lowerColumns(graph: GraphBuilder, s: string, { shape, dtype }: MatrixSpec): string {
  const n = shape.at(-1) ?? 1;
  const fromDiagonal = graph.constant(
    indicator(n, n, (row, column) => row >= column),
    [n, n],
    dtype,
  );
  const columnShape = [...shape.slice(0, -1), 1];
  const { columns } = lowerRounds(
    graph,
    { count: n, carried: [{ name: s, shape, dtype }], columnShape },
    ({ index, values: [rest = ''] }) => {
      const column = graph.node('Gather', [rest, index], { axis: -1 });
      const pivot = graph.node('Gather', [column, index], { axis: -2 });
      const isBelow = graph.node('Gather', [fromDiagonal, index], { axis: -1 });
      const scaled = graph.node('Div', [column, graph.node('Sqrt', [pivot])]);
      const factor = graph.node('Mul', [scaled, isBelow]);
      const row = lowerTranspose(graph, factor, shape.length);
      const next = graph.node('Sub', [rest, graph.node('Mul', [factor, row])]);
      return { values: [next], column: factor };
    },
  );
  return columns;
}
