/** The deep linear network at its balanced start. */
import { ConfigError, foldIn, normals, tensor, type Key, type Tensor } from '@working-papers/grad';
import {
  matrix,
  multiply,
  orthonormalBasis,
  transpose,
  type Matrix,
} from '@working-papers/metrics';
import type { LinearNetwork, Objective } from './method.ts';

/** How a deep linear network starts. */
export interface NetworkOptions {
  readonly objective: Objective;
  /** d, width of every layer. */
  readonly dim: number;
  /** L, layers of the encoder. */
  readonly depth: number;
  /** wbar(0), the scale of the encoder as a whole, above 0: each matrix has its L-th root. */
  readonly initialScale: number;
  /** Draws orthogonal matrices Q_a; without it all are the identity. */
  readonly rotations?: Key;
  /** Copies of the start along the first axis, one for each problem; default 1. */
  readonly copies?: number;
}

/**
 * A deep linear network in float64, in which all matrices have the same scale w and fit together:
 *
 *     W_a = w Q_a Q_(a-1)^T,  Q_0 = I,  w = initialScale^(1/L),  V = w I (JEPA) or w Q_L^T (MAE),
 *
 * so that both objectives treat the features as they do with Q_a = I.
 *
 * @returns Matrices [copies, d, d].
 * @throws {ConfigError} If a size is not a positive integer or the scale is not positive.
 */
export function deepLinearNetwork(options: NetworkOptions): LinearNetwork {
  const { objective, dim, depth, initialScale, rotations, copies = 1 } = options;
  if (![dim, depth, copies].every((size) => Number.isInteger(size) && size > 0)) {
    throw new ConfigError(
      `deepLinearNetwork: dim = ${dim}, depth = ${depth}, copies = ${copies}; expected positive integers`,
    );
  }
  if (!(initialScale > 0)) {
    throw new ConfigError(`deepLinearNetwork: initialScale = ${initialScale} is not positive`);
  }
  const w = initialScale ** (1 / depth);
  const scaled = ({ data }: Matrix): Tensor => {
    const one = matrix(
      dim,
      dim,
      data.map((entry) => w * entry),
    );
    return stackMatrices(Array.from({ length: copies }, () => one));
  };
  const identity = identityMatrix(dim);
  const bases = Array.from({ length: depth + 1 }, (_, a) =>
    a === 0 || rotations === undefined ? identity : randomRotation(foldIn(rotations, a), dim),
  );
  return {
    layers: bases.slice(1).map((q, a) => scaled(multiply(q, transpose(bases[a]!)))),
    head: scaled(objective === 'jepa' ? identity : transpose(bases[depth]!)),
  };
}

/** A rotation or reflection, uniform over all of them, [dim, dim]. */
export function randomRotation(key: Key, dim: number): Matrix {
  return orthonormalBasis(matrix(dim, dim, normals(key, dim * dim)));
}

/** I, [dim, dim]. */
export function identityMatrix(dim: number): Matrix {
  return diagonalMatrix(new Float64Array(dim).fill(1));
}

/** Zeros with `values` on the diagonal. */
export function diagonalMatrix(values: ArrayLike<number>): Matrix {
  const dim = values.length;
  const data = new Float64Array(dim * dim);
  for (let i = 0; i < dim; i++) data[i * (dim + 1)] = values[i]!;
  return matrix(dim, dim, data);
}

/** Matrices of one size as a tensor in float64, [count, rows, cols]. */
export function stackMatrices(all: readonly Matrix[]): Tensor {
  const { rows = 1, cols = 1 } = all[0] ?? {};
  const data = new Float64Array(all.length * rows * cols);
  all.forEach((each, i) => data.set(each.data, i * rows * cols));
  return tensor(data, { shape: [all.length, rows, cols] });
}
