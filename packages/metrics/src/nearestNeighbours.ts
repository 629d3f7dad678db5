/**
 * Exact nearest neighbours by brute force. Three things make it fast and leave the result as it is:
 * a pair is given up as soon as its partial distance reaches the k-th best so far; coordinates are
 * visited in the order of falling variance, so that this happens early; candidates are visited in
 * blocks that stay in the cache.
 */
import { ConfigError, ShapeError } from '@working-papers/grad';
import type { Points } from './points.ts';

/** The k nearest candidates of each query, nearest first. */
export interface Neighbours {
  readonly k: number;
  /** Euclidean distances, [count, k]. */
  readonly distances: Float64Array;
  /** Indices into the candidates, [count, k]. */
  readonly indices: Int32Array;
}

/**
 * Finds the k candidates nearest to each query by Euclidean distance |x - y|. The squares of float32
 * differences are added in float64, so a duplicate has distance 0 exactly. Ties go to the lower index.
 *
 * @param queries - Points [count, dim].
 * @param candidates - Points [n, dim].
 * @param k - Neighbours of each query, from 1 to n.
 * @throws {ShapeError} If the dimensions differ.
 * @throws {ConfigError} If `k` is out of range.
 */
export function nearestNeighbours(queries: Points, candidates: Points, k: number): Neighbours {
  if (queries.dim !== candidates.dim) {
    throw new ShapeError(
      `nearestNeighbours: dimensions differ: queries [${queries.count}, ${queries.dim}] and candidates [${candidates.count}, ${candidates.dim}]`,
    );
  }
  requireNeighbours('nearestNeighbours', k, candidates.count);
  const order = byFallingVariance(candidates);
  const own = new Int32Array(queries.count).fill(-1);
  return search(reorder(queries, order), reorder(candidates, order), { k, own });
}

/**
 * Finds the k other points of a set nearest to some of its points, as {@link nearestNeighbours} does. A
 * point is not its own neighbour; a duplicate of it is one, at distance 0.
 *
 * @param set - Points [count, dim].
 * @param k - Neighbours of each point, from 1 to count - 1.
 * @param centres - Indices of the points whose neighbours are sought. Default all.
 * @throws {ConfigError} If `k` or a centre is out of range.
 */
export function nearestOthers(
  set: Points,
  k: number,
  centres = Int32Array.from({ length: set.count }, (_, i) => i),
): Neighbours {
  requireNeighbours('nearestOthers', k, set.count - 1);
  const outside = centres.find((centre) => centre < 0 || centre >= set.count);
  if (outside !== undefined) {
    throw new ConfigError(`nearestOthers: centre ${outside} is not one of ${set.count} points`);
  }
  const rows = reorder(set, byFallingVariance(set));
  return search(select(rows, centres), rows, { k, own: centres });
}

function requireNeighbours(operation: string, k: number, available: number): void {
  if (!Number.isInteger(k) || k < 1 || k > available) {
    throw new ConfigError(
      `${operation}: k = ${k} is not an integer from 1 to ${available}, the number of points to choose from`,
    );
  }
}

/** Points whose rows are padded with zeros to a multiple of `chunk`. */
interface Rows {
  readonly count: number;
  readonly stride: number;
  readonly data: Float32Array;
}

/** Coordinates added between two looks at the bound. */
const chunk = 8;

/** Bytes of the candidates that every query visits before the next block: below a common L2 cache. */
const blockBytes = 100_000;

function byFallingVariance({ count, dim, data }: Points): Int32Array {
  const variances = new Float64Array(dim);
  for (let c = 0; c < dim; c++) {
    let mean = 0;
    let squares = 0;
    for (let i = 0; i < count; i++) {
      const delta = data[i * dim + c]! - mean;
      mean += delta / (i + 1);
      squares += delta * (data[i * dim + c]! - mean);
    }
    variances[c] = squares;
  }
  return Int32Array.from(variances.keys()).sort((a, b) => variances[b]! - variances[a]!);
}

function reorder({ count, dim, data }: Points, order: Int32Array): Rows {
  const stride = Math.ceil(dim / chunk) * chunk;
  const rows = new Float32Array(count * stride);
  for (let i = 0; i < count; i++) {
    for (let c = 0; c < dim; c++) rows[i * stride + c] = data[i * dim + order[c]!]!;
  }
  return { count, stride, data: rows };
}

function select({ stride, data }: Rows, indices: Int32Array): Rows {
  const selected = new Float32Array(indices.length * stride);
  indices.forEach((index, i) => {
    selected.set(data.subarray(index * stride, (index + 1) * stride), i * stride);
  });
  return { count: indices.length, stride, data: selected };
}

/** `own` is the candidate that each query leaves out because it is the query, or -1. */
function search(
  queries: Rows,
  candidates: Rows,
  { k, own }: { readonly k: number; readonly own: Int32Array },
): Neighbours {
  const squares = new Float64Array(queries.count * k).fill(Infinity);
  const indices = new Int32Array(queries.count * k).fill(-1);
  const squareBelow = boundedSquare(queries, candidates);
  const block = Math.max(1, Math.floor(blockBytes / (4 * candidates.stride)));
  for (let from = 0; from < candidates.count; from += block) {
    const to = Math.min(from + block, candidates.count);
    for (let q = 0; q < queries.count; q++) {
      const first = q * k;
      const self = own[q]!;
      for (let c = from; c < to; c++) {
        if (c === self) continue;
        const bound = squares[first + k - 1]!;
        const square = squareBelow(q, c, bound);
        if (square >= bound) continue;
        let place = first + k - 1; // behind all that are as near
        for (; place > first && squares[place - 1]! > square; place--) {
          squares[place] = squares[place - 1]!;
          indices[place] = indices[place - 1]!;
        }
        squares[place] = square;
        indices[place] = c;
      }
    }
  }
  return { k, distances: squares.map((square) => Math.sqrt(square)), indices };
}

/** |x_q - y_c|² if it is below the bound, else any number that is not. Sums of squares only grow. */
function boundedSquare(queries: Rows, candidates: Rows) {
  const { data: x, stride } = queries;
  const { data: y } = candidates;
  return (q: number, c: number, bound: number): number => {
    let sum = 0;
    const end = (q + 1) * stride;
    for (let i = q * stride, j = c * stride; i < end; i += chunk, j += chunk) {
      const d0 = x[i]! - y[j]!;
      const d1 = x[i + 1]! - y[j + 1]!;
      const d2 = x[i + 2]! - y[j + 2]!;
      const d3 = x[i + 3]! - y[j + 3]!;
      const d4 = x[i + 4]! - y[j + 4]!;
      const d5 = x[i + 5]! - y[j + 5]!;
      const d6 = x[i + 6]! - y[j + 6]!;
      const d7 = x[i + 7]! - y[j + 7]!;
      sum += d0 * d0 + d1 * d1 + d2 * d2 + d3 * d3 + (d4 * d4 + d5 * d5 + d6 * d6 + d7 * d7);
      if (sum >= bound) return sum;
    }
    return sum;
  };
}
