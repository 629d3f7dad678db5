import { ConfigError, ShapeError } from '@working-papers/grad';
import { matrix, multiply, symmetricEigen, transpose, type Matrix } from './linearAlgebra.ts';
import { standardisationOf, standardise } from './standardisation.ts';

/** A map x ↦ x W + b. */
export interface LinearMap {
  /** W, [d, outputs]. */
  readonly weights: Matrix;
  /** b, [outputs]. */
  readonly intercepts: Float64Array;
}

/** A ridge regression and how its penalty was chosen. */
export interface RidgeFit extends LinearMap {
  /** The penalty used. */
  readonly penalty: number;
  /** Leave-one-out mean squared error with each of the penalties tried, in their order. */
  readonly errors: Float64Array;
}

/**
 * Ridge regression in closed form, with the penalty that predicts left-out items best:
 *
 *     W, b = argmin Σ_i |y_i - x_i W - b|² + penalty |W|_F²      (b is not penalised).
 *
 * The leave-one-out errors need no further fits: with h_i the leverage of item i, the error on i without
 * i is (y_i - ŷ_i) / (1 - h_i). The first of equally good penalties is taken, the same for all outputs.
 * If columns of x have different units, standardise them first.
 *
 * Costs one eigenvalue decomposition of size min(n, d).
 * Source: Hoerl and Kennard 1970, "Ridge Regression"; Golub, Heath and Wahba 1979, "Generalized
 * Cross-Validation as a Method for Choosing a Good Ridge Parameter"; as scikit-learn's `RidgeCV`.
 *
 * @param x - Matrix [n, d], n ≥ 2.
 * @param y - Matrix [n, outputs].
 * @param penalties - Tried in turn, all above 0. One is simply used.
 * @throws {ShapeError} If the numbers of rows differ or there is only one.
 * @throws {ConfigError} If there is no penalty or one is not a positive number.
 */
export function ridge(x: Matrix, y: Matrix, penalties: readonly number[]): RidgeFit {
  if (x.rows !== y.rows || x.rows < 2) {
    throw new ShapeError(
      `ridge: x [${x.rows}, ${x.cols}] and y [${y.rows}, ${y.cols}]; expected as many rows, 2 or more`,
    );
  }
  const bad = penalties.find((penalty) => !(penalty > 0 && penalty < Infinity));
  if (penalties.length === 0 || bad !== undefined) {
    throw new ConfigError(`ridge: penalties [${penalties.join(', ')}]; expected positive numbers`);
  }
  const [xMeans, yMeans] = [standardisationOf(x).means, standardisationOf(y).means];
  const [xCentred, yCentred] = [centred(x, xMeans), centred(y, yMeans)];
  const rotation = principalScores(xCentred);
  const targets = multiply(transpose(rotation.scores), yCentred); // [r, outputs]
  const errors = Float64Array.from(penalties, (penalty) =>
    leaveOneOutError(yCentred, rotation, shrink(targets, rotation.squares, penalty), penalty),
  );
  const penalty = penalties[errors.indexOf(Math.min(...errors))]!;
  const weights = multiply(rotation.directions, shrink(targets, rotation.squares, penalty));
  const offsets = multiply(matrix(1, x.cols, xMeans), weights).data;
  return { weights, intercepts: yMeans.map((value, o) => value - offsets[o]!), penalty, errors };
}

/**
 * x W + b.
 *
 * @param x - Matrix [n, d].
 * @returns Matrix [n, outputs].
 * @throws {ShapeError} If x has another number of columns than W has rows.
 */
export function applyLinear({ weights, intercepts }: LinearMap, x: Matrix): Matrix {
  const product = multiply(x, weights);
  const data = product.data.map((value, i) => value + intercepts[i % weights.cols]!);
  return { rows: x.rows, cols: weights.cols, data };
}

/** x = scores directionsᵀ, where scoresᵀ scores is diagonal. */
interface Rotation {
  /** [n, r]. */
  readonly scores: Matrix;
  /** Squared lengths of the columns of the scores, [r]. */
  readonly squares: Float64Array;
  /** [d, r]. */
  readonly directions: Matrix;
}

/** From the eigenvectors of xᵀx or of x xᵀ, whichever is smaller. */
function principalScores(x: Matrix): Rotation {
  const { rows: n, cols: d } = x;
  if (d <= n) {
    const { values, vectors } = symmetricEigen(multiply(transpose(x), x));
    return { scores: multiply(x, vectors), squares: notNegative(values), directions: vectors };
  }
  const { values, vectors } = symmetricEigen(multiply(x, transpose(x)));
  const squares = notNegative(values);
  const lengths = squares.map((square) => Math.sqrt(square));
  const rank = lengths.filter((length) => length > n * 1e-8 * lengths[0]!).length;
  const scores = Float64Array.from({ length: n * rank }, (_, i) => {
    const [row, column] = [Math.floor(i / rank), i % rank];
    return vectors.data[row * n + column]! * lengths[column]!;
  });
  const kept = { rows: n, cols: rank, data: scores };
  const directions = multiply(transpose(x), kept);
  return {
    scores: kept,
    squares: squares.subarray(0, rank),
    directions: { ...directions, data: directions.data.map((v, i) => v / squares[i % rank]!) },
  };
}

/** (squares + penalty)⁻¹ targets, [r, outputs]. */
function shrink(targets: Matrix, squares: Float64Array, penalty: number): Matrix {
  const data = targets.data.map(
    (value, i) => value / (squares[Math.floor(i / targets.cols)]! + penalty),
  );
  return { ...targets, data };
}

function leaveOneOutError(
  y: Matrix,
  { scores, squares }: Rotation,
  coefficients: Matrix,
  penalty: number,
): number {
  const fitted = multiply(scores, coefficients);
  let sum = 0;
  for (let i = 0; i < y.rows; i++) {
    let leverage = 1 / y.rows; // of the intercept
    for (let j = 0; j < scores.cols; j++) {
      leverage += scores.data[i * scores.cols + j]! ** 2 / (squares[j]! + penalty);
    }
    for (let o = i * y.cols; o < (i + 1) * y.cols; o++) {
      sum += ((y.data[o]! - fitted.data[o]!) / (1 - leverage)) ** 2;
    }
  }
  return sum / y.data.length;
}

function centred(x: Matrix, means: Float64Array): Matrix {
  return standardise(x, { means, scales: means.map(() => 1) });
}

function notNegative(values: Float64Array): Float64Array {
  return values.map((value) => Math.max(0, value));
}
