import { ShapeError } from '@working-papers/grad';
import { multiply, orthonormalBasis, svd, transpose, type Matrix } from './linearAlgebra.ts';

/**
 * The principal angles between the column spaces of two matrices. With orthonormal bases Q_a and Q_b their
 * cosines are the singular values of Q_aᵀ Q_b and their sines those of Q_b - Q_a Q_aᵀ Q_b; each angle comes
 * from the smaller of the two, so that small angles are as exact as large ones.
 * Source: Björck and Golub 1973, "Numerical Methods for Computing Angles Between Linear Subspaces".
 *
 * @param a - Independent columns, [n, p].
 * @param b - Independent columns, [n, q].
 * @returns Radians from 0 to π/2, the smallest first, [min(p, q)].
 * @throws {ShapeError} If the numbers of rows differ or one has more columns than rows.
 * @throws {ConfigError} If columns are dependent.
 */
export function principalAngles(a: Matrix, b: Matrix): Float64Array {
  if (a.rows !== b.rows) {
    throw new ShapeError(
      `principalAngles: rows differ: [${a.rows}, ${a.cols}] and [${b.rows}, ${b.cols}]`,
    );
  }
  const [larger, smaller] = a.cols >= b.cols ? [a, b] : [b, a];
  const basis = orthonormalBasis(larger);
  const other = orthonormalBasis(smaller);
  const overlap = multiply(transpose(basis), other);
  const inside = multiply(basis, overlap);
  const outside = { ...other, data: other.data.map((value, i) => value - inside.data[i]!) };
  const cosines = svd(overlap).values;
  const sines = svd(outside).values.reverse();
  return cosines.map((cosine, i) =>
    cosine * cosine >= 0.5 ? Math.asin(Math.min(1, sines[i]!)) : Math.acos(Math.max(0, cosine)),
  );
}
