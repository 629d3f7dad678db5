import type { DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { lowerRounds } from '../onnx/rounds.ts';
import { formatShape, type Shape } from '../shape.ts';
import { zeros, type Tensor } from '../tensor.ts';
import { only, type NoParams } from './elementwise.ts';
import {
  indicator,
  lowerSign,
  lowerTranspose,
  lowerTriangularInverse,
  mask,
  matrixSize,
} from './matrices.ts';
import { triangularSolve } from './triangularSolve.ts';

/**
 * The reduced factorisation x = Q R with orthonormal columns in Q and an upper triangular R whose
 * diagonal is not negative, which makes it unique for full rank. By Householder reflections, so Q is
 * orthonormal for any `x`; the gradient needs full rank.
 *
 * @param x - [..., rows, columns], rows >= columns.
 * @returns `q`, [..., rows, columns], and `r`, [..., columns, columns].
 * @throws {ShapeError} If there are more columns than rows.
 */
export function qr(x: Tensor): { readonly q: Tensor; readonly r: Tensor } {
  const [q, r] = qrOp.all([x], {});
  return { q: only(q, 'qr'), r: only(r, 'qr') };
}

/** The operation behind {@link qr}: outputs q and r. */
export const qrOp: Op<NoParams> = defineOp<NoParams>({
  name: 'qr',
  shape: ([x = []]) => {
    const [rows, columns] = matrixSize('qr', x);
    if (rows < columns) {
      throw new ShapeError(
        `qr: ${formatShape(x)} has more columns than rows (${columns} and ${rows}); factor the transposes`,
      );
    }
    return [x, [...x.slice(0, -2), columns, columns]];
  },
  dtype: ([x = 'float32']) => [x, x],
  lower: (graph, [x = ''], _, { inputs: [spec] }) => {
    const { shape = [], dtype = 'float32' } = spec ?? {};
    return lowerHouseholder(graph, x, { shape, dtype });
  },
  // dX = (dQ + Q S) R^-T, with S the lower triangle of R dR^T - dQ^T Q copied to the upper one
  // (Walter and Lehmann 2018, Algorithmica 80, section 3.2).
  vjp: ({ outputs, dys }) => {
    const q = only(outputs[0], 'qr');
    const r = only(outputs[1], 'qr');
    const dq = dys[0] ?? zeros(q.shape, q.dtype);
    const dr = dys[1] ?? zeros(r.shape, r.dtype);
    const n = r.shape.at(-1) ?? 1;
    const m = r.matmul(dr, { transposeB: true }).sub(dq.matmul(q, { transposeA: true }));
    const lower = m.mul(mask(n, r.dtype, (row, column) => row >= column));
    const below = m.mul(mask(n, r.dtype, (row, column) => row > column));
    const sum = dq.add(q.matmul(lower.add(below.matrixTranspose())));
    const solved = triangularSolve(r, sum.matrixTranspose(), { isUpper: true });
    return [solved.matrixTranspose()];
  },
  samples: [
    { shapes: [[3, 2]], params: {}, values: { 0: [1, -0.5, 2, 1, -1, 1.5] } },
    {
      shapes: [[2, 2, 2]],
      params: {},
      values: { 0: [-1, 2, 0.5, 1, 0, 1, 2, 0.25] },
    },
    { shapes: [[1, 1, 1]], params: {}, values: { 0: [-2] } },
    { shapes: [[3, 1]], params: {}, values: { 0: [-1, 2, 0.5] } },
    // More columns than are written out where Loop exists. Differences over ten columns are less exact.
    { shapes: [[10, 10]], params: {}, values: { 0: wellConditioned(10) }, slack: 10 },
  ],
});

/** A matrix of full rank by a wide margin. */
function wellConditioned(n: number): readonly number[] {
  return Array.from({ length: n * n }, (_, i) => {
    const [row, column] = [Math.floor(i / n), i % n];
    return (row === column ? 3 : 0) + ((7 * row + 5 * column + row * column) % 11) / 8 - 0.625;
  });
}

interface MatrixSpec {
  readonly shape: Shape;
  readonly dtype: DType;
}

/** Smaller norms count as zero: their squares would underflow. */
const tinyNorm = { float32: 1e-18, float64: 1e-150 } as const;

/**
 * The reflections H_j = I - v_j v_j^T with |v_j|^2 = 2 give R; their product is I - V T V^T with
 * T^-1 = I + the strictly upper part of V^T V (Joffrain et al. 2006, doi:10.1145/1141885.1141886).
 */
function lowerHouseholder(
  graph: GraphBuilder,
  x: string,
  { shape, dtype }: MatrixSpec,
): readonly [string, string] {
  const rank = shape.length;
  const [m, n] = matrixSize('qr', shape);
  const constant = (rows: number, holds: (row: number, column: number) => boolean) =>
    graph.constant(indicator(rows, n, holds), [rows, n], dtype);
  const top = (matrix: string) =>
    graph.node('Slice', [matrix, graph.int64s([0]), graph.int64s([n]), graph.int64s([rank - 2])]);
  const { vectors, reflected } = lowerReflections(graph, x, { shape, dtype });

  const across = lowerTranspose(graph, vectors, rank);
  const gram = graph.node('MatMul', [across, vectors]);
  const below = constant(n, (row, column) => row > column);
  const diagonal = constant(n, (row, column) => row === column);
  const inverseT = graph.node('Add', [graph.node('Mul', [gram, below]), diagonal]);
  const t = lowerTranspose(graph, lowerTriangularInverse(graph, inverseT, { n, dtype }), rank);
  const weights = graph.node('MatMul', [t, lowerTranspose(graph, top(vectors), rank)]);
  const unit = constant(m, (row, column) => row === column);
  const q = graph.node('Sub', [unit, graph.node('MatMul', [vectors, weights])]);

  const upper = constant(n, (row, column) => row <= column);
  const r = graph.node('Mul', [top(reflected), upper]);
  const pivots = graph.node('ReduceSum', [
    graph.node('Mul', [r, diagonal]),
    graph.int64s([rank - 1]),
  ]);
  const signs = lowerSign(graph, pivots, dtype);
  return [
    graph.node('Mul', [q, lowerTranspose(graph, signs, rank)]),
    graph.node('Mul', [r, signs]),
  ];
}

/** The columns v_j, and what the reflections leave of x. */
function lowerReflections(graph: GraphBuilder, x: string, { shape, dtype }: MatrixSpec) {
  const rank = shape.length;
  const [m, n] = matrixSize('qr', shape);
  const constant = (holds: (row: number, column: number) => boolean) =>
    graph.constant(indicator(m, n, holds), [m, n], dtype);
  const fromDiagonal = constant((row, column) => row >= column);
  const unit = constant((row, column) => row === column);
  const tiny = graph.scalar(dtype === 'float64' ? tinyNorm.float64 : tinyNorm.float32, dtype);
  const rootTwo = graph.scalar(Math.SQRT2, dtype);
  const alongRows = graph.int64s([rank - 2]);
  const norm = (vector: string) =>
    graph.node('Sqrt', [graph.node('ReduceSum', [graph.node('Mul', [vector, vector]), alongRows])]);
  const { values, columns } = lowerRounds(
    graph,
    { count: n, carried: [{ name: x, shape, dtype }], columnShape: [...shape.slice(0, -1), 1] },
    ({ index, values: [rest = ''] }) => {
      const column = (matrix: string) => graph.node('Gather', [matrix, index], { axis: -1 });
      const part = graph.node('Mul', [column(rest), column(fromDiagonal)]);
      const pivot = graph.node('Gather', [part, index], { axis: -2 });
      const length = graph.node('Max', [norm(part), tiny]);
      const shift = graph.node('Mul', [lowerSign(graph, pivot, dtype), length]);
      const direction = graph.node('Add', [part, graph.node('Mul', [shift, column(unit)])]);
      const scaled = graph.node('Div', [direction, norm(direction)]);
      const v = graph.node('Mul', [scaled, rootTwo]);
      const row = graph.node('MatMul', [lowerTranspose(graph, v, rank), rest]);
      return {
        values: [graph.node('Sub', [rest, graph.node('Mul', [v, row])])],
        column: v,
      };
    },
  );
  return { vectors: columns, reflected: only(values[0], 'qr') };
}
