/** Part E1: a linear map of rank 3 on uniform inputs, whose factors should become its SVD. */
import { eye, foldIn, keyOf, normals, tensor } from '@working-papers/grad';
import { torchUniform } from '@working-papers/nn';
import { matrix, multiply, svd, transpose, type Matrix } from '@working-papers/metrics';
import type { Cell, Row, RunContext } from '@working-papers/paper-kit';
import { trainLod, type Factors } from './lod.ts';
import { firstColumns, matrixOf, tensorOf } from './matrices.ts';
import { applyLinear, decompose, importance } from './method.ts';

/** Sizes and steps of part E1. */
export interface LinearMapConfig {
  /** The map is [outputs, inputs]. */
  readonly outputs: number;
  readonly inputs: number;
  readonly rank: number;
  readonly steps: number;
  readonly learningRate: number;
  /** Steps between two rows. */
  readonly every: number;
}

/** One training: with sampled ranks, or without as the control. */
export interface LinearMapCell extends Cell, LinearMapConfig {
  readonly part: 'E1';
  readonly method: 'LoD' | 'no sampling';
  readonly seed: number;
}

/**
 * Rows of E1: after some steps |A_k - best_k|^2 / |C|^2 for k = 1, 2, 3, where A_k are the first k terms
 * and best_k is the truncated SVD; the last one also has importances and singular values as text.
 */
export async function* linearMapRows(
  cell: LinearMapCell,
  { backend, signal, onProgress }: RunContext,
): AsyncGenerator<Row, void, void> {
  const { inputs, steps, method, seed } = cell;
  const key = foldIn(keyOf(seed), 'E1');
  const target = randomMap(cell);
  const exact = svd(target);
  const bias = tensor(new Float32Array(cell.outputs));
  // Uniform inputs: the rows of the identity, each as often as the others.
  const data = { x: eye(inputs), y: tensorOf(transpose(target)) };
  const training = trainLod({
    factors: initialFactors(cell),
    loss: (factors, mask, { x, y }: typeof data) =>
      applyLinear({ ...factors, b: bias }, x, mask)
        .sub(y)
        .square()
        .mean(),
    data: () => data,
    isSampled: method === 'LoD',
    steps,
    learningRate: cell.learningRate,
    every: cell.every,
    key: foldIn(key, 'ranks'),
    backend,
    signal,
  });
  for await (const { step, loss, factors } of training) {
    const fraction = step / steps;
    onProgress({ label: cell.label, fraction, step, steps, metric: { name: 'loss', value: loss } });
    yield {
      part: 'E1',
      method,
      seed,
      step,
      loss,
      ...errorsOf(factors, target),
      ...(step === steps && {
        importances: importance({ ...factors, b: bias }, { isHierarchical: false })
          .map(shortened)
          .join(' '),
        singularValues: Array.from(exact.values, shortened).join(' '),
      }),
    };
  }
}

/** A random matrix [outputs, inputs] of the given rank. */
function randomMap({ outputs, inputs, rank, seed }: LinearMapCell): Matrix {
  const key = foldIn(foldIn(keyOf(seed), 'E1'), 'map');
  const left = matrix(outputs, rank, normals(foldIn(key, 'left'), outputs * rank));
  return multiply(left, matrix(rank, inputs, normals(foldIn(key, 'right'), rank * inputs)));
}

function initialFactors({ outputs, inputs, seed }: LinearMapCell): Factors {
  const key = foldIn(foldIn(keyOf(seed), 'E1'), 'start');
  const w = torchUniform(key, [outputs, inputs], inputs);
  const { u, v } = decompose({ w, b: tensor(new Float32Array(outputs)) });
  return { u, v };
}

/** How many truncations are compared. */
export const comparedTerms = 3;

function errorsOf(factors: Factors, target: Matrix): Row {
  const scale = squaredNorm(target);
  const exact = svd(target);
  const [u, v] = [matrixOf(factors.u), matrixOf(factors.v)];
  const scaled = matrix(
    exact.u.rows,
    exact.u.cols,
    exact.u.data.map((entry, i) => entry * exact.values[i % exact.u.cols]!),
  );
  return Object.fromEntries(
    Array.from({ length: comparedTerms }, (_, i) => {
      const ours = truncated(u, v, i + 1);
      const best = truncated(scaled, exact.v, i + 1);
      const difference = matrix(
        ours.rows,
        ours.cols,
        ours.data.map((entry, at) => entry - best.data[at]!),
      );
      return [`error${i + 1}`, squaredNorm(difference) / scale];
    }),
  );
}

function truncated(left: Matrix, right: Matrix, k: number): Matrix {
  return multiply(firstColumns(left, k), transpose(firstColumns(right, k)));
}

function squaredNorm({ data }: Matrix): number {
  return data.reduce((sum, entry) => sum + entry ** 2, 0);
}

/** Four significant digits. */
function shortened(value: number): string {
  return String(Number(value.toPrecision(4)));
}
