import { ConfigError } from '@working-papers/grad';
import { matrix, orthonormalBasis, svd, type Matrix } from './linearAlgebra.ts';

/**
 * The d orthonormal directions that keep most of the data's energy, without centring:
 *
 *     U = argmax |Uᵀ X|_F²  subject to  Uᵀ U = I,
 *
 * the top-d left singular vectors of X, in the order of falling singular values, each up to its sign.
 * If the d-th and the next singular value are equal, the space is not determined and is one of the
 * maximisers. If X has a rank r below d, the last d - r directions do not matter to the energy either:
 * `random` draws them uniformly from the complement of the others, so that the result does not favour
 * a maximiser. The rank counts singular values above max(n, N) · 2.2e-16 of the largest, as numpy does.
 *
 * @param x - Matrix [n, N], one sample in each column.
 * @param d - Number of directions, from 1 to n.
 * @param random - Uniform numbers in [0, 1); needed only if the rank of X is below d.
 * @returns Matrix [n, d] with orthonormal columns.
 * @throws {ConfigError} If `d` is out of range, or the rank is below `d` and `random` is not given.
 */
export function pca(x: Matrix, d: number, random?: () => number): Matrix {
  const { rows: n, cols: nSamples } = x;
  if (!Number.isInteger(d) || d < 1 || d > n) {
    throw new ConfigError(`pca: d = ${d} is not an integer from 1 to n = ${n}`);
  }
  const { u, values } = svd(x);
  const roundingError = Math.max(n, nSamples) * Number.EPSILON * (values[0] ?? 0);
  const rank = values.filter((value) => value > roundingError).length;
  if (rank < d && random === undefined) {
    throw new ConfigError(
      `pca: data [${n}, ${nSamples}] have rank ${rank} and determine only as many of d = ${d} directions; give \`random\` to draw the others`,
    );
  }
  const kept = Math.min(rank, d);
  const directions = Float64Array.from({ length: n * d }, (_, index) => {
    const [i, j] = [Math.floor(index / d), index % d];
    return j < kept ? u.data[i * u.cols + j]! : 0; // a zero column is drawn
  });
  return orthonormalBasis(matrix(n, d, directions), random);
}
