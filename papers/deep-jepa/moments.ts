/** Moments of measured pairs, and the features in which they are diagonal, or nearly so. */
import { ShapeError, hostData, type Tensor, type TypedArray } from '@working-papers/grad';
import { matrix, multiply, symmetricEigen, transpose, type Matrix } from '@working-papers/metrics';
import type { Moments } from './method.ts';
import { identityMatrix, stackMatrices } from './network.ts';

/** Moments on the host, [d, d] each. */
export interface PairCovariances {
  /** E[x x^T]; symmetric. */
  readonly xx: Matrix;
  /** E[x y^T]. */
  readonly xy: Matrix;
  /** E[y y^T]; symmetric. */
  readonly yy: Matrix;
}

/** The moments of problems side by side, for `expectedLoss`. */
export function stackMoments(problems: readonly PairCovariances[]): Moments {
  return {
    xx: stackMatrices(problems.map(({ xx }) => xx)),
    xy: stackMatrices(problems.map(({ xy }) => xy)),
    yy: stackMatrices(problems.map(({ yy }) => yy)),
  };
}

/** Measured pairs in a basis of features. */
export interface EstimatedModel {
  /** Features in orthonormal columns, [d, d]. */
  readonly basis: Matrix;
  /** The moments of the features' coordinates. */
  readonly covariances: PairCovariances;
  /** Diagonal of `covariances.xy`, [d]; of real data it can be negative. */
  readonly lambda: Float64Array;
  /** lambda over the diagonal of `covariances.xx`, [d]. */
  readonly rho: Float64Array;
  /** Share of Sxy's Frobenius norm that is off the diagonal, from 0 to 1. */
  readonly offDiagonal: number;
}

/**
 * Reads lambda and rho off pairs of samples, as deviations from their pooled mean. The features are the
 * principal components of the pooled covariance (Sxx + Syy) / 2, largest first, or the coordinates.
 *
 * @param x - Samples, [count, d].
 * @param y - The other view of each, [count, d].
 * @param options - `basis`: default `pca`.
 * @throws {ShapeError} If the shapes are not the same [count, d].
 */
export function estimateModel(
  x: Tensor,
  y: Tensor,
  { basis = 'pca' }: { readonly basis?: 'pca' | 'none' } = {},
): EstimatedModel {
  const covariances = pairCovariances(x, y);
  const { xx, yy } = covariances;
  const pooled = matrix(
    xx.rows,
    xx.cols,
    xx.data.map((value, i) => (value + yy.data[i]!) / 2),
  );
  const features = basis === 'pca' ? symmetricEigen(pooled).vectors : identityMatrix(xx.rows);
  const seen = (each: Matrix) => multiply(transpose(features), multiply(each, features));
  const turned = { xx: seen(xx), xy: seen(covariances.xy), yy: seen(yy) };
  return { ...describeFeatures(turned), basis: features };
}

/** Reads lambda and rho off the diagonals of moments whose coordinates are the features. */
export function describeFeatures(covariances: PairCovariances): Omit<EstimatedModel, 'basis'> {
  const lambda = diagonalOf(covariances.xy);
  const variances = diagonalOf(covariances.xx);
  const whole = squares(covariances.xy.data);
  return {
    covariances,
    lambda,
    rho: lambda.map((value, i) => value / variances[i]!),
    offDiagonal: Math.sqrt(Math.max(0, whole - squares(lambda)) / whole),
  };
}

/** Covariances of two views about their pooled mean; see {@link estimateModel}. */
function pairCovariances(x: Tensor, y: Tensor): PairCovariances {
  const [count = 0, dim = 0] = x.shape;
  if (x.rank !== 2 || x.shape.join() !== y.shape.join()) {
    throw new ShapeError(
      `estimateModel: x is [${x.shape.join(', ')}] and y [${y.shape.join(', ')}]; expected the same [count, d]`,
    );
  }
  const [a, b] = [hostData(x), hostData(y)];
  const mean = new Float64Array(dim);
  for (let at = 0; at < a.length; at++) {
    mean[at % dim]! += (Number(a[at]) + Number(b[at])) / (2 * count);
  }
  const centred = (values: TypedArray) => {
    const result = new Float64Array(values.length);
    for (let at = 0; at < result.length; at++) result[at] = Number(values[at]) - mean[at % dim]!;
    return result;
  };
  const [u, v] = [centred(a), centred(b)];
  return { xx: crossMoment(u, u, dim), xy: crossMoment(u, v, dim), yy: crossMoment(v, v, dim) };
}

/** A^T B / count for samples in rows, four rows at a time because the sums are read as often. */
function crossMoment(a: Float64Array, b: Float64Array, dim: number): Matrix {
  const sums = new Float64Array(dim * dim);
  const count = a.length / dim;
  for (let row = 0; row < count; row += 4) {
    const starts = [0, 1, 2, 3].map((k) => (row + k) * dim);
    const [p = 0, q = 0, r = 0, s = 0] = starts;
    const isWhole = row + 4 <= count;
    for (let i = 0; i < dim && isWhole; i++) {
      const [ap, aq, ar, as] = [a[p + i]!, a[q + i]!, a[r + i]!, a[s + i]!];
      for (let j = 0; j < dim; j++) {
        sums[i * dim + j]! += ap * b[p + j]! + aq * b[q + j]! + ar * b[r + j]! + as * b[s + j]!;
      }
    }
    if (isWhole) continue;
    for (let at = row; at < count; at++) {
      for (let i = 0; i < dim; i++) {
        for (let j = 0; j < dim; j++) sums[i * dim + j]! += a[at * dim + i]! * b[at * dim + j]!;
      }
    }
  }
  return matrix(
    dim,
    dim,
    sums.map((sum) => sum / count),
  );
}

function diagonalOf({ data, rows, cols }: Matrix): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * (cols + 1)]!);
}

function squares(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value * value, 0);
}
