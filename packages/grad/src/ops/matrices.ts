import type { DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { formatShape, type Shape } from '../shape.ts';
import { tensor, type Tensor } from '../tensor.ts';

/** The entries of a rows x columns matrix for which a rule on row and column holds are 1, the others 0. */
export function indicator(
  rows: number,
  columns: number,
  holds: (row: number, column: number) => boolean,
): number[] {
  return Array.from({ length: rows * columns }, (_, i) =>
    Number(holds(Math.floor(i / columns), i % columns)),
  );
}

/** {@link indicator} of a square matrix as a concrete tensor. */
export function mask(
  n: number,
  dtype: DType,
  holds: (row: number, column: number) => boolean,
): Tensor {
  return tensor(indicator(n, n, holds), { shape: [n, n], dtype });
}

/** Half the sum of each matrix and its transpose. */
export function symmetrized(x: Tensor): Tensor {
  return x.add(x.matrixTranspose()).mul(0.5);
}

/**
 * The size of the square matrices in the last two axes.
 *
 * @throws {ShapeError} If they are not square.
 */
export function squareSize(operation: string, shape: Shape): number {
  const [rows, columns] = matrixSize(operation, shape);
  if (rows !== columns) {
    throw new ShapeError(
      `${operation}: the last two axes of ${formatShape(shape)} differ (${rows} and ${columns}); expected square matrices`,
    );
  }
  return rows;
}

/**
 * Rows and columns of the matrices in the last two axes.
 *
 * @throws {ShapeError} If there are fewer than two axes.
 */
export function matrixSize(operation: string, shape: Shape): readonly [number, number] {
  const [rows, columns] = shape.slice(-2);
  if (rows === undefined || columns === undefined) {
    throw new ShapeError(
      `${operation}: ${formatShape(shape)} has fewer than two axes; expected [..., rows, columns]`,
    );
  }
  return [rows, columns];
}

/** The transposes of matrices with `rank` axes in all, in a lowering. */
export function lowerTranspose(graph: GraphBuilder, x: string, rank: number): string {
  const axes = Array.from({ length: rank }, (_, i) => i);
  return graph.node('Transpose', [x], {
    perm: [...axes.slice(0, -2), ...axes.slice(-2).toReversed()],
  });
}

/**
 * The inverses of lower triangular matrices, in a lowering; what lies above the diagonal is ignored.
 *
 * Blocks on the diagonal are inverted and doubled: with X the inverse of the block-diagonal part and B
 * the blocks beside it, [[A, 0], [B, C]]^-1 = [[A^-1, 0], [-C^-1 B A^-1, C^-1]] is X - X B X. That is
 * log2(n) rounds of two products of whole matrices, where substitution would take n steps.
 *
 * @param l - Name of [..., n, n].
 */
export function lowerTriangularInverse(
  graph: GraphBuilder,
  l: string,
  { n, dtype }: { readonly n: number; readonly dtype: DType },
): string {
  const constant = (holds: (row: number, column: number) => boolean, type: DType) =>
    graph.constant(indicator(n, n, holds), [n, n], type);
  const onDiagonal = (row: number, column: number) => row === column;
  const pivots = graph.node('Where', [constant(onDiagonal, 'bool'), l, graph.scalar(1, dtype)]);
  let inverse = graph.node('Div', [constant(onDiagonal, dtype), pivots]);
  for (let size = 1; size < n; size *= 2) {
    const isBeside = (row: number, column: number) =>
      Math.floor(row / size) === Math.floor(column / size) + 1 &&
      Math.floor(column / size) % 2 === 0;
    const beside = graph.node('Where', [constant(isBeside, 'bool'), l, graph.scalar(0, dtype)]);
    const product = graph.node('MatMul', [graph.node('MatMul', [inverse, beside]), inverse]);
    inverse = graph.node('Sub', [inverse, product]);
  }
  return inverse;
}

/** -1 for negative numbers, else 1. */
export function lowerSign(graph: GraphBuilder, x: string, dtype: DType): string {
  const isNegative = graph.node('Less', [x, graph.scalar(0, dtype)]);
  return graph.node('Where', [isNegative, graph.scalar(-1, dtype), graph.scalar(1, dtype)]);
}
