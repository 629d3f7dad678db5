import { ShapeError } from '../errors.ts';
import { eye } from '../sequences.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { cholesky } from './cholesky.ts';
import { matrixSize, squareSize } from './matrices.ts';
import { qr } from './qr.ts';
import { triangularSolve } from './triangularSolve.ts';

/**
 * The solution x of A x = b for symmetric positive definite matrices, through `cholesky`.
 *
 * @param a - [..., n, n]; others than positive definite ones give NaN.
 * @param b - [..., n, columns]; leading axes broadcast with those of `a`.
 * @returns [..., n, columns].
 * @throws {ShapeError} If the matrices are not square or the shapes do not fit.
 */
export function solvePositiveDefinite(a: Tensor, b: Tensor): Tensor {
  const l = cholesky(a);
  return triangularSolve(l, triangularSolve(l, b), { isTransposed: true });
}

/**
 * The inverses of symmetric positive definite matrices, through `cholesky`.
 *
 * @param a - [..., n, n]; others than positive definite ones give NaN.
 * @throws {ShapeError} If the matrices are not square.
 */
export function inversePositiveDefinite(a: Tensor): Tensor {
  const unit = eye(squareSize('inversePositiveDefinite', a.shape), { dtype: a.dtype });
  const inverse = triangularSolve(cholesky(a), unit);
  return inverse.matmul(inverse, { transposeA: true });
}

/**
 * log(det(A)) of symmetric positive definite matrices, through `cholesky`.
 *
 * @param a - [..., n, n]; others than positive definite ones give NaN.
 * @returns Natural logarithms, [...].
 * @throws {ShapeError} If the matrices are not square.
 */
export function logDeterminantPositiveDefinite(a: Tensor): Tensor {
  const n = squareSize('logDeterminantPositiveDefinite', a.shape);
  const pivots = cholesky(a)
    .mul(eye(n, { dtype: a.dtype }))
    .sum(-1);
  return pivots.log().sum(-1).mul(2);
}

/**
 * The x that minimises |A x - b|, column by column, through `qr`: the solution of A x = b if A is square.
 *
 * @param a - [..., rows, columns] of full rank, rows >= columns; else infinities or NaN.
 * @param b - [..., rows, k]; leading axes broadcast with those of `a`.
 * @returns [..., columns, k].
 * @throws {ShapeError} If `a` has more columns than rows or the shapes do not fit.
 */
export function leastSquares(a: Tensor, b: Tensor): Tensor {
  const [rows] = matrixSize('leastSquares', a.shape);
  const [others] = matrixSize('leastSquares', b.shape);
  if (rows !== others) {
    throw new ShapeError(
      `leastSquares: ${formatShape(a.shape)} and ${formatShape(b.shape)} differ in rows (${rows} and ${others})`,
    );
  }
  const { q, r } = qr(a);
  return triangularSolve(r, q.matmul(b, { transposeA: true }), { isUpper: true });
}
