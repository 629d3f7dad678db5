/** Subspaces from data without diffusion: what the paper says that training is equivalent to. */
import { ConfigError, foldIn, uniformStream, type Key } from '@working-papers/grad';
import {
  matrix,
  minimumCostAssignment,
  multiply,
  pca,
  transpose,
  type Matrix,
} from '@working-papers/metrics';
import { randomBasis } from './molrg.ts';

/**
 * Distance of two subspaces, |U U^T - V V^T|_F: the same for every basis of the same span; 0 if equal,
 * sqrt(2 d) if orthogonal.
 *
 * @param u - Orthonormal columns, [n, d].
 * @param v - Orthonormal columns, [n, d'].
 */
export function subspaceDistance(u: Matrix, v: Matrix): number {
  // |P - Q|_F^2 = |(I - P) V|_F^2 + |(I - Q) U|_F^2, without the cancellation of d + d' - 2 |U^T V|^2.
  return Math.sqrt(squaredResidual(v, u) + squaredResidual(u, v));
}

/** |(I - B B^T) X|_F^2 for B with orthonormal columns. */
function squaredResidual(x: Matrix, basis: Matrix): number {
  const inside = multiply(basis, multiply(transpose(basis), x));
  return x.data.reduce((sum, value, i) => sum + (value - inside.data[i]!) ** 2, 0);
}

/**
 * Mean distance of learned subspaces to the true ones under the best one-to-one matching.
 *
 * @returns The mean distance and the true component of each learned one.
 */
export function matchedDistance(
  learned: readonly Matrix[],
  truth: readonly Matrix[],
): { readonly distance: number; readonly match: Int32Array } {
  const distances = learned.map((u) => truth.map((v) => subspaceDistance(u, v)));
  const match = minimumCostAssignment(matrix(learned.length, truth.length, distances.flat()));
  const total = distances.reduce((sum, row, k) => sum + (row[match[k] ?? 0] ?? 0), 0);
  return { distance: total / learned.length, match };
}

/** The subspace that holds most of each point, argmax_k |U_k^T x|; x is [count, n], row by row. */
export function assign(x: Float32Array, bases: readonly Matrix[]): Int32Array {
  const dim = bases[0]?.rows ?? 1;
  return Int32Array.from({ length: x.length / dim }, (_, i) => {
    const energies = bases.map((basis) => energy(x, i * dim, basis));
    return energies.indexOf(Math.max(...energies));
  });
}

/** |U^T x|^2 of the point that starts at an offset. */
function energy(x: Float32Array, offset: number, basis: Matrix): number {
  let total = 0;
  for (let j = 0; j < basis.cols; j++) {
    let inner = 0;
    for (let i = 0; i < basis.rows; i++) inner += basis.data[i * basis.cols + j]! * x[offset + i]!;
    total += inner * inner;
  }
  return total;
}

/** A clustering of points by subspaces. */
export interface SubspaceClustering {
  readonly bases: readonly Matrix[];
  readonly labels: Int32Array;
  /** sum_k sum_{i in C_k} |U_k^T x_i|^2, which the algorithm increases to a local maximum. */
  readonly energy: number;
}

/**
 * K-subspaces: alternates between giving each point to the subspace that holds most of it and PCA of
 * each cluster, from several random starts, and keeps the best. A cluster that runs empty starts again
 * at the point that is held worst.
 *
 * Source: Bradley and Mangasarian 2000, "k-plane clustering"; the objective of the paper's theorem for K > 1.
 *
 * @param x - Points [count, n], row by row.
 * @param options - `dim`: n. `d`: dimension of each subspace. `components`: K. `restarts`: default 20.
 * @throws {ConfigError} If there are no points, K < 1, or restarts < 1.
 */
export function kSubspaces(
  x: Float32Array,
  options: {
    readonly dim: number;
    readonly d: number;
    readonly components: number;
    readonly restarts?: number;
    readonly key: Key;
  },
): SubspaceClustering {
  const { components, restarts = 20, key } = options;
  if (x.length === 0 || components < 1 || restarts < 1) {
    throw new ConfigError(
      `kSubspaces: ${x.length / options.dim} points, K = ${components}, restarts = ${restarts}; expected at least one of each`,
    );
  }
  let best: SubspaceClustering | null = null;
  for (let i = 0; i < restarts; i++) {
    const found = kSubspacesOnce(x, { ...options, key: foldIn(key, i) });
    if (best === null || found.energy > best.energy) best = found;
  }
  if (best === null) throw new Error('internal: no restart was made');
  return best;
}

const maxIterations = 100;

function kSubspacesOnce(
  x: Float32Array,
  options: { dim: number; d: number; components: number; key: Key },
): SubspaceClustering {
  const { dim, d, components, key } = options;
  const random = uniformStream(foldIn(key, 'complete'));
  let bases: readonly Matrix[] = Array.from({ length: components }, (_, k) =>
    randomBasis(foldIn(key, k), dim, d),
  );
  let labels = assign(x, bases);
  for (let iteration = 0; iteration < maxIterations; iteration++) {
    refillEmpty(labels, x, bases);
    bases = bases.map((_, k) => pca(clusterMatrix(x, labels, { dim, cluster: k }), d, random));
    const next = assign(x, bases);
    if (next.every((label, i) => label === labels[i])) break;
    labels = next;
  }
  const total = labels.reduce((sum, label, i) => sum + energy(x, i * dim, bases[label]!), 0);
  return { bases, labels, energy: total };
}

function refillEmpty(labels: Int32Array, x: Float32Array, bases: readonly Matrix[]): void {
  const dim = bases[0]?.rows ?? 1;
  bases.forEach((_, cluster) => {
    if (labels.includes(cluster) || labels.length < bases.length) return;
    let [worst, worstResidual] = [0, -1];
    labels.forEach((label, i) => {
      const isAlone = labels.filter((other) => other === label).length === 1;
      const length = squaredLength(x.subarray(i * dim, (i + 1) * dim));
      const residual = length - energy(x, i * dim, bases[label]!);
      if (!isAlone && residual > worstResidual) [worst, worstResidual] = [i, residual];
    });
    labels[worst] = cluster;
  });
}

/** The points of a cluster in columns, [n, size]; one column of zeros if there are none. */
function clusterMatrix(
  x: Float32Array,
  labels: Int32Array,
  { dim, cluster }: { dim: number; cluster: number },
): Matrix {
  const members = [...labels.keys()].filter((i) => labels[i] === cluster);
  const data = members.flatMap((i) => [...x.subarray(i * dim, (i + 1) * dim)]);
  return members.length === 0
    ? matrix(dim, 1, new Float64Array(dim))
    : transpose(matrix(members.length, dim, data));
}

function squaredLength(x: Float32Array): number {
  return x.reduce((sum, value) => sum + value * value, 0);
}
