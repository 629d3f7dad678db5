import { defineOp, type Op } from '../op.ts';
import { ShapeError } from '../errors.ts';
import { broadcastShapes, formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';
import {
  indicator,
  lowerTranspose,
  lowerTriangularInverse,
  mask,
  matrixSize,
  squareSize,
} from './matrices.ts';
import { sumTo } from './sumTo.ts';

/** Which system {@link triangularSolve} solves. */
export interface TriangularSolveOptions {
  /** Whether the upper triangle is read instead of the lower one. Default false. */
  readonly isUpper?: boolean;
  /** Whether to solve with the transposes of the matrices. Default false. */
  readonly isTransposed?: boolean;
}

/**
 * The solution x of A x = b for triangular matrices; the other triangle is ignored. Computed from the
 * inverse, by products of whole matrices, and one step of refinement.
 *
 * @param a - [..., n, n]; a zero on a diagonal gives infinities or NaN.
 * @param b - [..., n, columns]; leading axes broadcast with those of `a`.
 * @returns [..., n, columns].
 * @throws {ShapeError} If the matrices are not square, the sizes differ or the batches do not broadcast.
 */
export function triangularSolve(
  a: Tensor,
  b: Tensor,
  options: TriangularSolveOptions = {},
): Tensor {
  const { isUpper = false, isTransposed = false } = options;
  return triangularSolveOp([a, b], { isUpper, isTransposed });
}

/** Parameters of {@link triangularSolveOp}. */
export type TriangularSolveParams = Readonly<Record<'isUpper' | 'isTransposed', boolean>>;

/** The operation behind {@link triangularSolve}. */
export const triangularSolveOp: Op<TriangularSolveParams> = defineOp<TriangularSolveParams>({
  name: 'triangularSolve',
  shape: ([a = [], b = []]) => {
    const n = squareSize('triangularSolve', a);
    const [rows, columns] = matrixSize('triangularSolve', b);
    if (rows !== n) {
      throw new ShapeError(
        `triangularSolve: ${formatShape(a)} and ${formatShape(b)} differ in rows (${n} and ${rows})`,
      );
    }
    return [...broadcastShapes('triangularSolve', a.slice(0, -2), b.slice(0, -2)), n, columns];
  },
  lower: (graph, [a = '', b = ''], { isUpper, isTransposed }, { inputs: [spec] }) => {
    const { shape = [], dtype = 'float32' } = spec ?? {};
    const n = shape.at(-1) ?? 1;
    const transposed = (x: string) => lowerTranspose(graph, x, shape.length);
    const l = isUpper ? transposed(a) : a;
    const inverse = lowerTriangularInverse(graph, l, { n, dtype });
    const lower = graph.constant(
      indicator(n, n, (row, column) => row >= column),
      [n, n],
      'bool',
    );
    const triangle = graph.node('Where', [lower, l, graph.scalar(0, dtype)]);
    const turn = isUpper === isTransposed ? (x: string) => x : transposed;
    const [matrix, x] = [turn(triangle), turn(inverse)];
    const first = graph.node('MatMul', [x, b]);
    const residual = graph.node('Sub', [b, graph.node('MatMul', [matrix, first])]);
    return graph.node('Add', [first, graph.node('MatMul', [x, residual])]);
  },
  // With M = A or its transpose: db = M^-T dy, dM = -db y^T in the triangle.
  vjp: ({ inputs, y, dy }, { isUpper, isTransposed }) => {
    const a = only(inputs[0], 'triangularSolve');
    const b = only(inputs[1], 'triangularSolve');
    const db = triangularSolve(a, dy, { isUpper, isTransposed: !isTransposed });
    const [left, right] = isTransposed ? [y, db] : [db, y];
    const triangle = mask(a.shape.at(-1) ?? 1, a.dtype, (row, column) =>
      isUpper ? row <= column : row >= column,
    );
    const da = left.matmul(right, { transposeB: true }).mul(triangle).neg();
    return [sumTo(da, a.shape), sumTo(db, b.shape)];
  },
  samples: [
    {
      shapes: [
        [3, 3],
        [3, 2],
      ],
      params: { isUpper: false, isTransposed: false },
      // The entry above the diagonal must not matter.
      values: { 0: [2, 9, -9, 0.5, -1.5, 9, 1, -0.25, 1] },
    },
    {
      shapes: [
        [2, 2, 2],
        [2, 1],
      ],
      params: { isUpper: true, isTransposed: false },
      values: { 0: [2, 1, 9, -1, 1.5, -0.5, 9, 1] },
    },
    {
      shapes: [
        [1, 5, 5],
        [3, 5, 1],
      ],
      params: { isUpper: true, isTransposed: true },
      values: {
        0: [2, 1, -1, 0.5, 0, 9, 1.5, 1, 0.25, 1, 9, 9, -1, 1, 0.5, 9, 9, 9, 2, -1, 9, 9, 9, 9, 1],
      },
    },
    {
      shapes: [
        [1, 1],
        [1, 4],
      ],
      params: { isUpper: false, isTransposed: true },
      values: { 0: [-2] },
    },
  ],
});
