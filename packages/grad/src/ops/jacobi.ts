import type { DType } from '../dtype.ts';
import { RuntimeUnavailableError } from '../errors.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { OnnxValue } from '../onnx/model.ts';
import type { Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { indicator, lowerSign } from './matrices.ts';

// What the eigenvalues of symmetric matrices and the singular values have in common: sweeps of Jacobi
// rotations. In a round, n / 2 pairs of rows rotate at once: row i with row i + n / 2. After it the rows
// are moved like the players of a round-robin tournament, all by the same permutation, so that n - 1
// rounds, a sweep, bring each pair together once and each row back to its place (Brent and Luk 1985,
// doi:10.1137/0906007).

/** Sweeps after which work ends even if it has not converged: three times what random matrices need. */
const maxSweeps = 24;

/** Without Loop all is written out: this many sweeps, of at most so many rows. */
const unrolled = { sweeps: 7, size: 12 } as const;

/** Distance of 1 to the next number. */
export const machineEpsilon = { float32: 2 ** -23, float64: 2 ** -52 } as const;

/** A divisor that is never reached by numbers of size 1, but for zero. */
const tiny = { float32: 1e-30, float64: 1e-250 } as const;

/** One of two numbers by element type. */
export function byDType(
  dtype: DType,
  numbers: { readonly float32: number; readonly float64: number },
): number {
  return dtype === 'float64' ? numbers.float64 : numbers.float32;
}

/** Where each row comes from when the players of a tournament of `n`, an even number, move on. */
export function tournament(n: number): readonly number[] {
  const half = n / 2;
  if (n === 2) return [0, 1];
  return Array.from({ length: n }, (_, i) => {
    if (i === 0) return 0;
    if (i < half) return i === 1 ? half : i - 1;
    return i === n - 1 ? half - 1 : i + 1;
  });
}

/** What {@link lowerSweeps} needs to know. */
export interface Sweeps {
  readonly operation: string;
  /** Rows, an even number. */
  readonly n: number;
  readonly carried: readonly OnnxValue[];
  /**
   * Values that every sweep begins with anew; rounds carry them after the others. They serve to decide
   * whether to go on, and do not exist where that is not asked.
   */
  readonly fresh?: readonly OnnxValue[];
}

/**
 * Sweeps until one reports that no further is needed.
 *
 * @param round - Emits one round from the carried values.
 * @param isOpen - Emits a bool scalar from the values after a sweep: whether another is needed.
 */
export function lowerSweeps(
  graph: GraphBuilder,
  { operation, n, carried, fresh = [] }: Sweeps,
  round: (values: readonly string[]) => readonly string[],
  isOpen: (values: readonly string[]) => string,
): readonly string[] {
  const rounds = n - 1;
  const start = carried.map(({ name }) => name);
  if (graph.supports('Loop')) {
    const count = (value: number) => graph.constant([value], [], 'int64');
    const scalars = [
      { shape: [], dtype: 'int64' },
      { shape: [], dtype: 'bool' },
    ] as const;
    const body = graph.subgraph([...scalars, ...carried], ([, , ...names]) => {
      const before = carried.map((value, i) => ({ ...value, name: names[i] ?? '' }));
      const after = graph.loop(count(rounds), [...before, ...fresh], (_, values) => round(values));
      return [isOpen(after), ...after.slice(0, carried.length)];
    });
    const inputs = [count(maxSweeps), graph.constant([1], [], 'bool'), ...start];
    return graph.multi('Loop', inputs, carried.length, { body });
  }
  if (n > unrolled.size) {
    throw new RuntimeUnavailableError(
      `${operation}: ${n} columns need the operator Loop, which this backend lacks; up to ${unrolled.size} run without it, more on the CPU backends`,
    );
  }
  let values: readonly string[] = start;
  for (let i = 0; i < unrolled.sweeps * rounds; i++) values = round(values);
  return values;
}

/**
 * Cosine and sine of the rotations that diagonalise [[p, o], [o, q]], the smaller angles
 * (Golub and Van Loan, Matrix Computations, section 8.5.2).
 */
export function lowerRotation(
  graph: GraphBuilder,
  { p, q, o }: { readonly p: string; readonly q: string; readonly o: string },
  dtype: DType,
): readonly [cosine: string, sine: string] {
  const difference = graph.node('Sub', [q, p]);
  const double = graph.node('Add', [o, o]);
  const square = (x: string) => graph.node('Mul', [x, x]);
  const hypotenuse = graph.node('Sqrt', [graph.node('Add', [square(difference), square(double)])]);
  const sum = graph.node('Add', [graph.node('Abs', [difference]), hypotenuse]);
  const divisor = graph.node('Max', [sum, graph.scalar(byDType(dtype, tiny), dtype)]);
  const signed = graph.node('Mul', [lowerSign(graph, difference, dtype), double]);
  const tangent = graph.node('Div', [signed, divisor]);
  const one = graph.scalar(1, dtype);
  const secant = graph.node('Sqrt', [graph.node('Add', [square(tangent), one])]);
  return [graph.node('Div', [one, secant]), graph.node('Div', [tangent, secant])];
}

/** Matrices divided by their largest magnitudes, [..., 1, 1], and those magnitudes. */
export function lowerScaled(
  graph: GraphBuilder,
  x: string,
  { rank, dtype }: { readonly rank: number; readonly dtype: DType },
): readonly [scaled: string, scale: string] {
  const axes = graph.int64s([rank - 2, rank - 1]);
  const largest = graph.node('ReduceMax', [graph.node('Abs', [x]), axes]);
  const scale = graph.node('Max', [largest, graph.scalar(byDType(dtype, tiny), dtype)]);
  return [graph.node('Div', [x, scale]), scale];
}

/** Rows of a matrix in the order of `indices`, [..., n]. */
export function lowerReordered(
  graph: GraphBuilder,
  { rows, indices }: { readonly rows: string; readonly indices: string },
  shape: Shape,
): string {
  const column = graph.int64s([...shape.slice(0, -1), 1]);
  const spread = graph.node('Expand', [
    graph.node('Reshape', [indices, column]),
    graph.int64s(shape),
  ]);
  return graph.node('GatherElements', [rows, spread], { axis: shape.length - 2 });
}

/** Entries at least this fraction of the largest are taken for equal to it, whatever the rounding. */
const nearlyLargest = 0.99;

/**
 * The signs, [..., n, 1], that make positive, in each row of `rows`, the first entry of (nearly) largest
 * magnitude.
 */
export function lowerRowSigns(
  graph: GraphBuilder,
  rows: string,
  { rank, dtype }: { readonly rank: number; readonly dtype: DType },
): string {
  const magnitudes = graph.node('Abs', [rows]);
  const largest = graph.node('ReduceMax', [magnitudes, graph.int64s([rank - 1])]);
  const bound = graph.node('Mul', [largest, graph.scalar(nearlyLargest, dtype)]);
  const isLarge = graph.node('GreaterOrEqual', [magnitudes, bound]);
  const marks = graph.node('Where', [isLarge, graph.scalar(1, dtype), graph.scalar(0, dtype)]);
  const first = graph.node('ArgMax', [marks], { axis: rank - 1, keepdims: 1 });
  return lowerSign(graph, graph.node('GatherElements', [rows, first], { axis: rank - 1 }), dtype);
}

/** The unit matrix for each matrix of a batch. */
export function lowerIdentity(
  graph: GraphBuilder,
  { shape, dtype }: { readonly shape: Shape; readonly dtype: DType },
): string {
  const n = shape.at(-1) ?? 1;
  const unit = graph.constant(
    indicator(n, n, (row, column) => row === column),
    [n, n],
    dtype,
  );
  return graph.node('Expand', [unit, graph.int64s(shape)]);
}

/**
 * 1 / (x_j - x_i) for the entries of `x`, [..., n], as [..., n, n]; 0 where the two are closer than
 * rounding lets one tell, which includes the diagonal.
 */
export function inverseGaps(x: Tensor): Tensor {
  const gaps = x
    .reshape([...x.shape.slice(0, -1), 1, x.shape.at(-1) ?? 1])
    .sub(x.reshape([...x.shape, 1]));
  const largest = x.abs().max(-1, { keepDims: true }).stopGradient();
  const bound = largest.mul(byDType(x.dtype, closeness)).reshape([...x.shape.slice(0, -1), 1, 1]);
  const isClose = gaps.abs().lessEqual(bound);
  return isClose.where(0, isClose.where(1, gaps).pow(-1));
}

/** Values that differ by less than this fraction of the largest have no gradient between them. */
export const closeness = { float32: 1e-6, float64: 1e-13 } as const;
