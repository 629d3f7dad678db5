/**
 * Multinomial logistic regression by Newton's method, whose linear systems are solved by conjugate
 * gradients with Hessian-vector products only: Nocedal and Wright 2006, "Numerical Optimization",
 * algorithm 7.1. The objective is convex, so there is one minimum, and convergence near it is quadratic.
 */
import { ConfigError, DataError, ShapeError } from '@working-papers/grad';
import type { Matrix } from './linearAlgebra.ts';
import { requireLabels } from './requireValues.ts';
import type { LinearMap } from './ridge.ts';

/** How {@link logisticRegression} fits. */
export interface LogisticOptions {
  /** Above 0. scikit-learn's C is 1 / penalty. Default 1. */
  readonly penalty?: number;
  /** 2 or more. Default 1 + the largest label. */
  readonly classes?: number;
  /** Largest entry of the gradient of the mean loss at which it is done. Default 1e-8. */
  readonly tolerance?: number;
  /** Newton steps. Default 100. */
  readonly maxIterations?: number;
}

/**
 * Logistic regression over any number of classes, with an L2 penalty on the weights and none on the intercepts:
 *
 *     W, b = argmin -Σ_i ln softmax(x_i W + b)_{label_i} + penalty/2 |W|_F².
 *
 * Every class has its own column, two classes as well: with columns ±w/2 that is the logistic regression
 * of one vector w with half the penalty. Intercepts are determined up to a common shift and sum to 0.
 * If columns of x have different units, standardise them first.
 *
 * @param x - Matrix [n, d].
 * @param labels - Integers from 0 to classes - 1, [n]; two classes or more occur.
 * @returns Weights [d, classes] and intercepts [classes]; `applyLinear` gives the logits.
 * @throws {ShapeError} If there are not as many labels as rows.
 * @throws {DataError} If a label is out of range, only one class occurs or the fit does not converge.
 * @throws {ConfigError} If an option is out of range.
 */
export function logisticRegression(
  x: Matrix,
  labels: ArrayLike<number>,
  options: LogisticOptions = {},
): LinearMap {
  const problem = checkedProblem(x, labels, options);
  const { tolerance = 1e-8, maxIterations = 100 } = options;
  const size = problem.classes * (x.cols + 1);
  let state = evaluate(problem, new Float64Array(size));
  for (let iteration = 0; steepest(state) > tolerance * x.rows; iteration++) {
    if (iteration === maxIterations) {
      throw new DataError(
        `logisticRegression: after ${iteration} steps the gradient is ${steepest(state) / x.rows}, above ${tolerance}; standardise x, or raise penalty or maxIterations`,
      );
    }
    state = descend(problem, state, newtonDirection(problem, state));
  }
  return toLinearMap(state.parameters, x.cols, problem.classes);
}

interface Problem {
  readonly x: Matrix;
  readonly labels: ArrayLike<number>;
  readonly classes: number;
  readonly penalty: number;
}

/** Parameters class by class, [classes, d + 1], the intercept last in each. */
interface State {
  readonly parameters: Float64Array;
  readonly loss: number;
  readonly gradient: Float64Array;
  /** [n, classes]. */
  readonly probabilities: Float64Array;
}

function evaluate({ x, labels, classes, penalty }: Problem, parameters: Float64Array): State {
  const probabilities = scoresOf(x, parameters, classes);
  let loss = 0;
  for (let i = 0; i < x.rows; i++) {
    loss -= toLogSoftmax(probabilities.subarray(i * classes, (i + 1) * classes), labels[i]!);
  }
  const residuals = Float64Array.from(probabilities);
  for (let i = 0; i < x.rows; i++) residuals[i * classes + labels[i]!]! -= 1;
  const gradient = gatherColumns(x, residuals, classes);
  addPenalty(gradient, { parameters, width: x.cols + 1, penalty });
  parameters.forEach((value, at) => {
    if (at % (x.cols + 1) !== x.cols) loss += (penalty / 2) * value * value;
  });
  return { parameters, loss, gradient, probabilities };
}

/** Turns scores into probabilities in place; returns the logarithm of one of them. */
function toLogSoftmax(scores: Float64Array, label: number): number {
  const largest = Math.max(...scores);
  const sum = scores.reduce((total, score) => total + Math.exp(score - largest), 0);
  const logProbability = scores[label]! - largest - Math.log(sum);
  for (let c = 0; c < scores.length; c++) scores[c] = Math.exp(scores[c]! - largest) / sum;
  return logProbability;
}

/** H v, with H = Σ_i (diag(p_i) - p_i p_iᵀ) ⊗ x_i x_iᵀ + penalty. */
function hessianTimes(
  { x, classes, penalty }: Problem,
  probabilities: Float64Array,
  v: Float64Array,
): Float64Array {
  const changes = scoresOf(x, v, classes);
  for (let i = 0; i < x.rows; i++) {
    const row = i * classes;
    let mean = 0;
    for (let c = 0; c < classes; c++) mean += probabilities[row + c]! * changes[row + c]!;
    for (let c = 0; c < classes; c++) {
      changes[row + c] = probabilities[row + c]! * (changes[row + c]! - mean);
    }
  }
  const product = gatherColumns(x, changes, classes);
  addPenalty(product, { parameters: v, width: x.cols + 1, penalty });
  return product;
}

/** -H⁻¹ gradient by conjugate gradients, the more exactly the smaller the gradient. */
function newtonDirection(problem: Problem, { gradient, probabilities }: State): Float64Array {
  const solution = new Float64Array(gradient.length);
  const residual = gradient.map((value) => -value);
  const direction = Float64Array.from(residual);
  let square = dot(residual, residual);
  const norm = Math.sqrt(square);
  const enough = (Math.min(0.5, Math.sqrt(norm / problem.x.rows)) * norm) ** 2;
  for (let iteration = 0; iteration < 2 * gradient.length && square > enough; iteration++) {
    const product = hessianTimes(problem, probabilities, direction);
    const curvature = dot(direction, product);
    if (curvature <= 0) break; // flat to rounding: all probabilities are 0 or 1
    const length = square / curvature;
    for (let i = 0; i < solution.length; i++) {
      solution[i]! += length * direction[i]!;
      residual[i]! -= length * product[i]!;
    }
    const before = square;
    square = dot(residual, residual);
    for (let i = 0; i < direction.length; i++) {
      direction[i] = residual[i]! + (square / before) * direction[i]!;
    }
  }
  return solution;
}

/** The longest of the steps 1, 1/2, 1/4, ... that lowers the loss enough (Armijo). */
function descend(problem: Problem, state: State, direction: Float64Array): State {
  const slope = dot(state.gradient, direction);
  const rounding = 1e-14 * Math.abs(state.loss);
  for (let length = 1; length > 1e-12; length /= 2) {
    const parameters = state.parameters.map((value, i) => value + length * direction[i]!);
    const next = evaluate(problem, parameters);
    if (next.loss <= state.loss + 1e-4 * length * slope + rounding) return next;
  }
  throw new DataError(
    `logisticRegression: no step lowers the loss ${state.loss}; standardise x or raise tolerance`,
  );
}

/** x_i · w_c + b_c, [n, classes]. */
function scoresOf({ rows, cols, data }: Matrix, parameters: Float64Array, classes: number) {
  const scores = new Float64Array(rows * classes);
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < classes; c++) {
      const first = c * (cols + 1);
      let sum = parameters[first + cols]!;
      for (let j = 0; j < cols; j++) sum += data[i * cols + j]! * parameters[first + j]!;
      scores[i * classes + c] = sum;
    }
  }
  return scores;
}

/** Σ_i values_ic (x_i, 1), [classes, d + 1]. */
function gatherColumns({ rows, cols, data }: Matrix, values: Float64Array, classes: number) {
  const sums = new Float64Array(classes * (cols + 1));
  for (let i = 0; i < rows; i++) {
    for (let c = 0; c < classes; c++) {
      const first = c * (cols + 1);
      const value = values[i * classes + c]!;
      for (let j = 0; j < cols; j++) sums[first + j]! += value * data[i * cols + j]!;
      sums[first + cols]! += value;
    }
  }
  return sums;
}

/** Adds penalty · parameters, except for the intercepts. */
function addPenalty(
  sums: Float64Array,
  {
    parameters,
    width,
    penalty,
  }: { readonly parameters: Float64Array; readonly width: number; readonly penalty: number },
): void {
  for (let i = 0; i < sums.length; i++) {
    if (i % width !== width - 1) sums[i]! += penalty * parameters[i]!;
  }
}

function toLinearMap(parameters: Float64Array, d: number, classes: number): LinearMap {
  const weights = new Float64Array(d * classes);
  for (let c = 0; c < classes; c++) {
    for (let j = 0; j < d; j++) weights[j * classes + c] = parameters[c * (d + 1) + j]!;
  }
  const intercepts = Float64Array.from({ length: classes }, (_, c) => parameters[c * (d + 1) + d]!);
  const shift = intercepts.reduce((sum, value) => sum + value / classes, 0);
  return {
    weights: { rows: d, cols: classes, data: weights },
    intercepts: intercepts.map((value) => value - shift),
  };
}

function checkedProblem(x: Matrix, labels: ArrayLike<number>, options: LogisticOptions): Problem {
  const operation = 'logisticRegression';
  if (labels.length !== x.rows) {
    throw new ShapeError(`${operation}: ${labels.length} labels for [${x.rows}, ${x.cols}]`);
  }
  const { penalty = 1, tolerance = 1e-8 } = options;
  requireLabels(operation, labels, options.classes);
  const { classes = 1 + Math.max(1, ...new Set(Array.from(labels))) } = options;
  if (!(penalty > 0 && penalty < Infinity) || !(tolerance > 0)) {
    throw new ConfigError(
      `${operation}: penalty = ${penalty}, tolerance = ${tolerance}; expected positive numbers`,
    );
  }
  if (new Set(Array.from(labels)).size < 2) {
    throw new DataError(`${operation}: all labels are ${labels[0]}; expected two classes or more`);
  }
  return { x, labels, classes, penalty };
}

function steepest({ gradient }: State): number {
  return gradient.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
