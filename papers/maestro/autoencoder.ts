/** Part E2: linear autoencoders, whose factors should become the principal components of the data. */
import { foldIn, keyOf, normals, tensor, type Key, type Tensor } from '@working-papers/grad';
import { torchUniform } from '@working-papers/nn';
import {
  matrix,
  multiply,
  orthonormalBasis,
  svd,
  transpose,
  type Matrix,
} from '@working-papers/metrics';
import { encodePixels } from '@working-papers/paper-kit/figures';
import type { Cell, Row, RunContext } from '@working-papers/paper-kit';
import { digitComponents, type Components } from './digitComponents.ts';
import { trainLod, type Factors } from './lod.ts';
import { firstColumns, matrixOf, svdFactors, tensorOf } from './matrices.ts';
import { applyLinear, groupLasso, importance } from './method.ts';

/** Data of low dimension: what the paper's notebook has. */
export interface LowDimensionConfig {
  readonly points: number;
  /** Ambient dimension; the layer starts with as many ranks. */
  readonly dim: number;
  /** Standard deviation along each true direction. */
  readonly deviations: readonly number[];
  readonly steps: number;
  readonly learningRate: number;
  /** Weight of the group lasso. */
  readonly lambda: number;
  readonly every: number;
}

/** One autoencoder on such data. */
export interface LowDimensionCell extends Cell, LowDimensionConfig {
  readonly part: 'E2 low dimension';
  readonly method: 'LoD';
  /** Whether the last true direction disappears from the data after half of the steps. */
  readonly isDropped: boolean;
  readonly seed: number;
}

/** A term whose norms have a product above this carries something; a principal component has 1. */
const presentImportance = 0.01;

/**
 * Rows on low-dimensional data: after some steps the importance of every term as text; the last one also
 * says how many are present, and the angles to the true directions.
 */
export async function* lowDimensionRows(
  cell: LowDimensionCell,
  { backend, signal, onProgress }: RunContext,
): AsyncGenerator<Row, void, void> {
  const { points, dim, deviations, steps, isDropped, seed, method } = cell;
  const key = foldIn(keyOf(seed), 'E2 low dimension');
  const directions = orthonormalBasis(
    matrix(dim, deviations.length, normals(foldIn(key, 'directions'), dim * deviations.length)),
  );
  const before = sampleAlong(directions, deviations, foldIn(key, 'points'), points);
  const remaining = isDropped
    ? deviations.map((deviation, i) => (i + 1 < deviations.length ? deviation : 0))
    : deviations;
  const after = sampleAlong(directions, remaining, foldIn(key, 'points'), points);
  const bias = tensor(new Float32Array(dim));
  const training = trainLod({
    factors: initialFactors(foldIn(key, 'start'), dim, dim),
    // As in the notebook, the whole layer learns at every step too.
    loss: (factors, mask, x: Tensor) => {
      const layer = { ...factors, b: bias };
      const error = (kept?: Tensor) => applyLinear(layer, x, kept).sub(x).square().sum(-1).mean();
      return error().add(error(mask)).add(groupLasso(layer).mul(cell.lambda));
    },
    data: (step) => (step < steps / 2 ? before : after),
    isSampled: true,
    steps,
    learningRate: cell.learningRate,
    every: cell.every,
    key: foldIn(key, 'ranks'),
    backend,
    signal,
  });
  for await (const { step, loss, factors } of training) {
    onProgress({
      label: cell.label,
      fraction: step / steps,
      step,
      steps,
      metric: { name: 'loss', value: loss },
    });
    const values = importance({ ...factors, b: bias }, { isHierarchical: false });
    yield {
      part: cell.part,
      method,
      isDropped,
      seed,
      step,
      loss,
      importances: values.map(shortened).join(' '),
      ...(step === steps && {
        trueRank: remaining.filter((deviation) => deviation > 0).length,
        foundRank: values.filter((value) => value > presentImportance).length,
        angle: largestAngle(firstColumns(matrixOf(factors.u), 1), firstColumns(directions, 1)),
      }),
    };
  }
}

/** Points with independent normal coordinates along orthonormal directions, [points, dim]. */
function sampleAlong(
  directions: Matrix,
  deviations: readonly number[],
  key: Key,
  points: number,
): Tensor {
  const rank = deviations.length;
  const coordinates = normals(key, points * rank).map((value, i) => value * deviations[i % rank]!);
  return tensorOf(multiply(matrix(points, rank, coordinates), transpose(directions)));
}

/** Settings of the autoencoder on digits. */
export interface DigitConfig {
  /** Training images, the first of MNIST. */
  readonly images: number;
  /** Ranks of the layer. */
  readonly inner: number;
  readonly steps: number;
  readonly learningRate: number;
  readonly momentum: number;
  /** Global norm to which gradients are clipped: the first steps of some starts are too long. */
  readonly maxGradNorm: number;
}

/** One autoencoder on digits: with sampled ranks, or without as the control. */
export interface DigitCell extends Cell, DigitConfig {
  readonly part: 'E2 digits';
  readonly method: 'LoD' | 'no sampling';
  readonly seed: number;
  /** Whether the last row carries the first factors as pictures. */
  readonly isShown: boolean;
}

/** How many first terms are compared with as many principal components. */
export const comparedRanks = [1, 2, 4, 8, 16] as const;
/** Factors that a row carries as pictures. */
export const shownFactors = 16;

/**
 * Rows on digits, one for each of the {@link comparedRanks} k: the share of the variance that the first
 * k terms reconstruct, the same of PCA, and the largest principal angle between U[:, :k] and PCA's
 * first k directions in degrees. Not of V: where pixels never vary it keeps its initial numbers.
 */
export async function* digitRows(
  cell: DigitCell,
  context: RunContext,
): AsyncGenerator<Row, void, void> {
  const { inner, steps, method, seed } = cell;
  const { backend, signal, onProgress } = context;
  const components = await context.artefacts.get(digitComponents(cell.images));
  // In units of the largest variance, so that the learning rate means the same for all data.
  const unit = components.variances[0] ?? 1;
  const { rows, cols, data } = components.covariance;
  const scaledCovariance = tensorOf(
    matrix(
      rows,
      cols,
      data.map((entry) => entry / unit),
    ),
  );
  const key = foldIn(keyOf(seed), 'E2 digits');
  const training = trainLod({
    factors: initialFactors(foldIn(key, 'start'), components.covariance.rows, inner),
    loss: reconstructionError,
    data: () => scaledCovariance,
    isSampled: method === 'LoD',
    steps,
    learningRate: cell.learningRate,
    momentum: cell.momentum,
    maxGradNorm: cell.maxGradNorm,
    every: Math.ceil(steps / 50),
    key: foldIn(key, 'ranks'),
    backend,
    signal,
  });
  let last: Factors | undefined;
  for await (const { step, loss, factors } of training) {
    onProgress({
      label: cell.label,
      fraction: step / steps,
      step,
      steps,
      metric: { name: 'loss', value: loss },
    });
    last = factors;
  }
  if (last === undefined) throw new Error('internal: training ended without a report');
  yield* comparison(cell, components, last);
}

/**
 * The mean squared reconstruction error of the whole data set less its variance, through the covariance:
 * E|x - U_b V_b^T x|^2 = tr S - 2 tr(U_b^T S V_b) + tr(U_b^T U_b V_b^T S V_b).
 */
export function reconstructionError({ u, v }: Factors, mask: Tensor, covariance: Tensor): Tensor {
  const [left, right] = [u.mul(mask), v.mul(mask)];
  const seen = covariance.matmul(right); // S V, [dim, r]
  const gram = left.matmul(left, { transposeA: true });
  const codes = right.matmul(seen, { transposeA: true });
  return gram.mul(codes).sum().sub(left.mul(seen).sum().mul(2));
}

function* comparison(
  cell: DigitCell,
  components: Components,
  factors: Factors,
): Generator<Row, void, void> {
  const [u, v] = [matrixOf(factors.u), matrixOf(factors.v)];
  const total = components.covariance.data.reduce(
    (sum, entry, at) => (at % (components.covariance.cols + 1) === 0 ? sum + entry : sum),
    0,
  );
  for (const k of comparedRanks) {
    const explained = explainedVariance(firstColumns(u, k), firstColumns(v, k), components) / total;
    const best = components.variances.slice(0, k).reduce((sum, value) => sum + value, 0) / total;
    yield {
      part: cell.part,
      method: cell.method,
      seed: cell.seed,
      images: cell.images,
      k,
      explained,
      pcaExplained: best,
      ratio: explained / best,
      angle: largestAngle(firstColumns(u, k), firstColumns(components.directions, k)),
    };
  }
  if (!cell.isShown) return;
  yield { part: cell.part, method: cell.method, seed: cell.seed, ...pictures(u, components) };
}

function explainedVariance(u: Matrix, v: Matrix, { covariance }: Components): number {
  const seen = multiply(covariance, v);
  const gram = multiply(transpose(u), u);
  const codes = multiply(transpose(v), seen);
  const linear = u.data.reduce((sum, entry, i) => sum + entry * seen.data[i]!, 0);
  return 2 * linear - gram.data.reduce((sum, entry, i) => sum + entry * codes.data[i]!, 0);
}

/** The largest principal angle between two column spaces of one dimension, in degrees. */
export function largestAngle(a: Matrix, b: Matrix): number {
  const { values } = svd(multiply(transpose(orthonormalBasis(a)), orthonormalBasis(b)));
  return (Math.acos(Math.min(1, values.at(-1) ?? 0)) * 180) / Math.PI;
}

/** The first learned factors and PCA's directions as grey pictures, learned ones turned to PCA's sign. */
function pictures(u: Matrix, { directions }: Components): Row {
  const columnsOf = ({ rows, cols, data }: Matrix) =>
    Array.from({ length: shownFactors }, (_, j) =>
      Float64Array.from({ length: rows }, (_unused, i) => data[i * cols + j] ?? 0),
    );
  const exact = columnsOf(directions);
  const learned = columnsOf(u).map((column, j) => {
    const along = column.reduce((sum, value, i) => sum + value * exact[j]![i]!, 0);
    return along < 0 ? column.map((value) => -value) : column;
  });
  return { learnedFactors: sheetOf(learned), pcaFactors: sheetOf(exact) };
}

/** Each column to grey, 0 in the middle, its largest entry at an end. */
function sheetOf(columns: readonly Float64Array[]): string {
  const bytes = columns.flatMap((column) => {
    const reach = column.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-12);
    return Array.from(column, (value) => Math.round(127.5 + (127.5 * value) / reach));
  });
  return encodePixels(Uint8Array.from(bytes));
}

/**
 * U and V as the SVD of an autoencoder dim-inner-dim whose two layers start as PyTorch's do. Through the
 * triangular factors of both, because the product is dim x dim.
 */
function initialFactors(key: Key, dim: number, inner: number): Factors {
  const decoder = matrixOf(torchUniform(foldIn(key, 'decoder'), [dim, inner], inner));
  const encoder = matrixOf(torchUniform(foldIn(key, 'encoder'), [dim, inner], dim));
  const [left, right] = [orthonormalBasis(decoder), orthonormalBasis(encoder)];
  const small = multiply(
    multiply(transpose(left), decoder),
    transpose(multiply(transpose(right), encoder)),
  );
  const factors = svdFactors(small);
  return {
    u: tensorOf(multiply(left, factors.left)),
    v: tensorOf(multiply(right, factors.right)),
  };
}

/** Four significant digits. */
function shortened(value: number): string {
  return String(Number(value.toPrecision(4)));
}
