import { ConfigError, DataError, ShapeError } from '@working-papers/grad';
import type { Matrix } from './linearAlgebra.ts';
import type { Points } from './points.ts';

/** Points in groups, each point in that of its nearest centre. */
export interface Clustering {
  /** Means of the clusters, [k, dim]. */
  readonly centres: Matrix;
  /** Cluster of each point, from 0 to k - 1, [count]. */
  readonly clusters: Int32Array;
  /** Σ |x - its centre|². */
  readonly inertia: number;
  /** Updates of the centres. */
  readonly iterations: number;
  /** Whether the last update moved no point to another cluster. */
  readonly isConverged: boolean;
}

/** How {@link kMeans} searches. */
export interface KMeansOptions {
  /** Uniform numbers in [0, 1), such as `uniformStream(key)`: the same stream gives the same clusters. */
  readonly random: () => number;
  /** Starts, of which the one with the least inertia is kept, the first of equals. Default 10. */
  readonly restarts?: number;
  /** Updates of the centres in each. Default 300. */
  readonly maxIterations?: number;
}

/**
 * k-means: {@link lloyd} from several starts by k-means++, in which each further centre is a point
 * drawn with probability proportional to its squared distance from the nearest centre so far.
 *
 * Costs restarts · iterations · count · k · dim.
 * Source: Arthur and Vassilvitskii 2007, "k-means++: The Advantages of Careful Seeding". scikit-learn
 * draws several candidates for each centre and keeps the best of them.
 *
 * @param set - Points [count, dim].
 * @param k - Clusters, from 1 to count.
 * @throws {ConfigError} If `k`, `restarts` or `maxIterations` is out of range.
 * @throws {DataError} If fewer than k of the points are distinct.
 */
export function kMeans(
  set: Points,
  k: number,
  { random, restarts = 10, maxIterations = 300 }: KMeansOptions,
): Clustering {
  if (!Number.isInteger(k) || k < 1 || k > set.count) {
    throw new ConfigError(
      `kMeans: k = ${k} is not an integer from 1 to ${set.count}, the number of points`,
    );
  }
  if (!Number.isInteger(restarts) || restarts < 1) {
    throw new ConfigError(`kMeans: restarts = ${restarts} is not a positive integer`);
  }
  let best = lloyd(set, spreadCentres(set, k, random), maxIterations);
  for (let restart = 1; restart < restarts; restart++) {
    const other = lloyd(set, spreadCentres(set, k, random), maxIterations);
    if (other.inertia < best.inertia) best = other;
  }
  return best;
}

/**
 * Lloyd's iteration from given centres: points go to the nearest centre (ties to the lower index), centres
 * to the mean of their points, until no point changes; the inertia never rises. A cluster left empty
 * takes the point that lies farthest from its centre, if any lies away from it.
 *
 * Squares of float32 coordinates' differences are added in float64.
 * Source: Lloyd 1982, "Least Squares Quantization in PCM".
 *
 * @param set - Points [count, dim], count ≥ 1.
 * @param centres - Start, [k, dim].
 * @param maxIterations - Updates of the centres, 1 or more.
 * @throws {ShapeError} If the dimensions differ.
 * @throws {ConfigError} If `maxIterations` is not a positive integer.
 * @throws {DataError} If there are no points.
 */
export function lloyd(set: Points, centres: Matrix, maxIterations = 300): Clustering {
  if (set.dim !== centres.cols) {
    throw new ShapeError(
      `lloyd: dimensions differ: points [${set.count}, ${set.dim}] and centres [${centres.rows}, ${centres.cols}]`,
    );
  }
  if (!Number.isInteger(maxIterations) || maxIterations < 1) {
    throw new ConfigError(`lloyd: maxIterations = ${maxIterations} is not a positive integer`);
  }
  if (set.count === 0) throw new DataError('lloyd: no points; expected one or more');
  const state: State = {
    centres: Float64Array.from(centres.data),
    clusters: new Int32Array(set.count),
    squares: new Float64Array(set.count),
  };
  let iterations = 0;
  let isConverged = false;
  assign(set, state);
  while (!isConverged && iterations < maxIterations) {
    fillEmpty(centres.rows, state);
    moveToMeans(set, state);
    iterations++;
    isConverged = !assign(set, state);
  }
  return {
    centres: { rows: centres.rows, cols: centres.cols, data: state.centres },
    clusters: state.clusters,
    inertia: state.squares.reduce((sum, square) => sum + square, 0),
    iterations,
    isConverged,
  };
}

interface State {
  readonly centres: Float64Array;
  readonly clusters: Int32Array;
  /** Squared distance of each point from its centre. */
  readonly squares: Float64Array;
}

/** Puts each point into the cluster of its nearest centre; whether one changed. */
function assign(set: Points, { centres, clusters, squares }: State): boolean {
  const k = centres.length / set.dim;
  const square = squareBelow(set, centres);
  let hasChanged = false;
  for (let i = 0; i < set.count; i++) {
    const before = clusters[i]!;
    let nearest = before;
    let least = square(i, before, Infinity);
    for (let centre = 0; centre < k; centre++) {
      if (centre === before) continue;
      const other = square(i, centre, least);
      if (other < least || (other === least && centre < nearest)) {
        least = other;
        nearest = centre;
      }
    }
    squares[i] = least;
    clusters[i] = nearest;
    if (nearest !== before) hasChanged = true;
  }
  return hasChanged;
}

/** |x_i - centre|², or any number above the bound if it is above: sums of squares only grow. */
function squareBelow(
  { dim, data }: Points,
  centres: Float64Array,
): (i: number, centre: number, bound: number) => number {
  return (i, centre, bound) => {
    const end = (i + 1) * dim;
    let sum = 0;
    let from = i * dim;
    let c = centre * dim;
    for (; from + 8 <= end && sum <= bound; from += 8, c += 8) {
      const d0 = data[from]! - centres[c]!;
      const d1 = data[from + 1]! - centres[c + 1]!;
      const d2 = data[from + 2]! - centres[c + 2]!;
      const d3 = data[from + 3]! - centres[c + 3]!;
      const d4 = data[from + 4]! - centres[c + 4]!;
      const d5 = data[from + 5]! - centres[c + 5]!;
      const d6 = data[from + 6]! - centres[c + 6]!;
      const d7 = data[from + 7]! - centres[c + 7]!;
      sum += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + (d4 * d4 + d5 * d5 + d6 * d6 + d7 * d7);
    }
    if (sum > bound) return sum;
    for (; from < end; from++, c++) sum += (data[from]! - centres[c]!) ** 2;
    return sum;
  };
}

/** Gives each empty cluster the point farthest from its centre. */
function fillEmpty(k: number, { clusters, squares }: State): void {
  const sizes = new Int32Array(k);
  for (const cluster of clusters) sizes[cluster]! += 1;
  for (let empty = 0; empty < k; empty++) {
    if (sizes[empty] !== 0) continue;
    let farthest = -1;
    for (let i = 0; i < clusters.length; i++) {
      const isFarther = squares[i]! > (farthest < 0 ? 0 : squares[farthest]!);
      if (isFarther && sizes[clusters[i]!]! > 1) farthest = i;
    }
    if (farthest < 0) return;
    sizes[clusters[farthest]!]! -= 1;
    sizes[empty] = 1;
    clusters[farthest] = empty;
    squares[farthest] = 0;
  }
}

/** Moves each centre to the mean of its points; that of an empty cluster stays. */
function moveToMeans({ dim, data }: Points, { centres, clusters }: State): void {
  const sizes = new Int32Array(centres.length / dim);
  for (const cluster of clusters) sizes[cluster]! += 1;
  sizes.forEach((size, cluster) => {
    if (size > 0) centres.fill(0, cluster * dim, (cluster + 1) * dim);
  });
  clusters.forEach((cluster, i) => {
    for (let c = 0; c < dim; c++)
      centres[cluster * dim + c]! += data[i * dim + c]! / sizes[cluster]!;
  });
}

/** Centres by k-means++. */
function spreadCentres(set: Points, k: number, random: () => number): Matrix {
  const { count, dim, data } = set;
  const centres = new Float64Array(k * dim);
  const squares = new Float64Array(count).fill(Infinity);
  const square = squareBelow(set, centres);
  let chosen = Math.floor(random() * count);
  for (let centre = 0; ; centre++) {
    centres.set(data.subarray(chosen * dim, (chosen + 1) * dim), centre * dim);
    if (centre === k - 1) return { rows: k, cols: dim, data: centres };
    let total = 0;
    for (let i = 0; i < count; i++) {
      squares[i] = Math.min(squares[i]!, square(i, centre, squares[i]!));
      total += squares[i]!;
    }
    if (total === 0) {
      throw new DataError(
        `kMeans: only ${centre + 1} of ${count} points are distinct; they cannot make ${k} clusters`,
      );
    }
    chosen = drawProportionally(squares, total * random());
  }
}

/** The first index at which the running sum of the weights exceeds the target. */
function drawProportionally(weights: Float64Array, target: number): number {
  let last = 0;
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! === 0) continue;
    last = i;
    sum += weights[i]!;
    if (sum > target) return i;
  }
  return last; // rounding
}
