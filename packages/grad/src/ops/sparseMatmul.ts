import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, sameShape, type Shape } from '../shape.ts';
import type { DType } from '../dtype.ts';
import type { Tensor } from '../tensor.ts';
import { only, type NoParams } from './elementwise.ts';
import { checkIndexRange, checkIndexType } from './indices.ts';
import {
  lowerSampledMatmul,
  lowerSparseMatmul,
  lowerSparseTransposeMatmul,
} from './sparseLowering.ts';

/**
 * Sparse codes times a table of rows: y_b = sum_j values[b, j] table[indices[b, j]]. What a sparse
 * autoencoder decodes with, and the weighted sum of embeddings. Repeated indices in a row add up.
 *
 * No code is written out over all latents, in either direction: the gradient of the table adds the pairs
 * of each block of its rows, sorted, so that no two threads meet and every run gives the same bits. Its
 * cost does not depend on how often the single rows are used. Backends without Scan multiply dense codes.
 *
 * @param values - [batch, k].
 * @param indices - int32 or int64, [batch, k]; each from 0 to latents - 1. No gradient flows.
 * @param table - [latents, d].
 * @returns [batch, d].
 * @throws {ShapeError} If the shapes do not fit, or `indices` is not of an integer type.
 */
export function sparseMatmul(values: Tensor, indices: Tensor, table: Tensor): Tensor {
  checkIndexRange('sparseMatmul', indices, table.shape[0] ?? 0);
  return sparseMatmulOp([values, indices, table], {});
}

/**
 * Single elements of a matrix product: y[b, j] = rows[b] . table[indices[b, j]], without the others.
 *
 * @param rows - [batch, d].
 * @param indices - int32 or int64, [batch, k]; each from 0 to latents - 1. No gradient flows.
 * @param table - [latents, d].
 * @returns [batch, k].
 * @throws {ShapeError} If the shapes do not fit, or `indices` is not of an integer type.
 */
export function sampledMatmul(rows: Tensor, indices: Tensor, table: Tensor): Tensor {
  checkIndexRange('sampledMatmul', indices, table.shape[0] ?? 0);
  return sampledMatmulOp([rows, indices, table], {});
}

/**
 * Transposed sparse codes times rows: y_l = sum of values[b, j] rows[b] over all pairs (b, j) with
 * indices[b, j] = l; zeros where there is none. The gradient of both products above, see
 * {@link sparseMatmul}; products with the same indices share one sort.
 *
 * @param values - [batch, k].
 * @param indices - int32 or int64, [batch, k]; each from 0 to latents - 1. No gradient flows.
 * @param rows - [batch, d].
 * @param latents - Rows of the result.
 * @returns [latents, d].
 * @throws {ShapeError} If the shapes do not fit, or `indices` is not of an integer type.
 */
export function sparseTransposeMatmul(
  values: Tensor,
  indices: Tensor,
  rows: Tensor,
  latents: number,
): Tensor {
  checkIndexRange('sparseTransposeMatmul', indices, latents);
  return sparseTransposeMatmulOp([values, indices, rows], { latents });
}

/** The operation behind {@link sparseMatmul}. */
export const sparseMatmulOp = defineOp<NoParams>({
  name: 'sparseMatmul',
  accepts: 'any',
  shape: ([values = [], indices = [], table = []]) => {
    checkCodes('sparseMatmul', values, indices);
    checkMatrix('sparseMatmul', 'table', table);
    return [values[0] ?? 0, table[1] ?? 0];
  },
  dtype: ([values, indices, table]) => floatOf('sparseMatmul', indices, [values, table]),
  lower: (graph, inputs, _, { inputs: specs }) => lowerSparseMatmul(graph, inputs, specs),
  vjp: ({ inputs, dy }) => {
    const [values, indices, table] = threeOf(inputs);
    return [
      sampledMatmul(dy, indices, table),
      null,
      sparseTransposeMatmul(values, indices, dy, table.shape[0] ?? 0),
    ];
  },
  flops: ({ inputs: [values], outputs: [y] }) => flopsOf(values?.shape, y?.shape),
  samples: [
    ...codeSamples([5, 3]),
    // More rows than are gathered at once.
    {
      shapes: [
        [37, 2],
        [37, 2],
        [3, 2],
      ],
      params: {},
      ...indexed(spread(74, 3)),
    },
  ],
});

/** The operation behind {@link sampledMatmul}. */
export const sampledMatmulOp = defineOp<NoParams>({
  name: 'sampledMatmul',
  accepts: 'any',
  shape: ([rows = [], indices = [], table = []]) => {
    checkMatrix('sampledMatmul', 'rows', rows);
    checkMatrix('sampledMatmul', 'indices', indices);
    checkMatrix('sampledMatmul', 'table', table);
    if (rows[0] !== indices[0] || rows[1] !== table[1]) {
      throw new ShapeError(
        `sampledMatmul: rows ${formatShape(rows)}, indices ${formatShape(indices)} and table ${formatShape(table)} do not fit; expected [batch, d], [batch, k] and [latents, d]`,
      );
    }
    return indices;
  },
  dtype: ([rows, indices, table]) => floatOf('sampledMatmul', indices, [rows, table]),
  lower: (graph, inputs, _, { inputs: specs }) => lowerSampledMatmul(graph, inputs, specs),
  vjp: ({ inputs, dy }) => {
    const [rows, indices, table] = threeOf(inputs);
    return [
      sparseMatmul(dy, indices, table),
      null,
      sparseTransposeMatmul(dy, indices, rows, table.shape[0] ?? 0),
    ];
  },
  flops: ({ inputs: [rows], outputs: [y] }) => flopsOf(y?.shape, rows?.shape),
  samples: [
    {
      shapes: [
        [4, 3],
        [4, 2],
        [5, 3],
      ],
      params: {},
      ...indexed([0, 4, 4, 4, 2, 0, 1, 1]),
    },
    {
      shapes: [
        [37, 2],
        [37, 2],
        [3, 2],
      ],
      params: {},
      ...indexed(spread(74, 3)),
    },
  ],
});

/** The operation behind {@link sparseTransposeMatmul}. */
export const sparseTransposeMatmulOp = defineOp<{ latents: number }>({
  name: 'sparseTransposeMatmul',
  accepts: 'any',
  shape: ([values = [], indices = [], rows = []], { latents }) => {
    checkCodes('sparseTransposeMatmul', values, indices);
    checkMatrix('sparseTransposeMatmul', 'rows', rows);
    if (rows[0] !== values[0]) {
      throw new ShapeError(
        `sparseTransposeMatmul: rows ${formatShape(rows)} do not fit values ${formatShape(values)}; expected [${values[0]}, d]`,
      );
    }
    return [latents, rows[1] ?? 0];
  },
  dtype: ([values, indices, rows]) => floatOf('sparseTransposeMatmul', indices, [values, rows]),
  lower: (graph, inputs, { latents }, { inputs: specs }) =>
    lowerSparseTransposeMatmul(graph, inputs, { latents, specs }),
  vjp: ({ inputs, dy }) => {
    const [values, indices, rows] = threeOf(inputs);
    return [sampledMatmul(rows, indices, dy), null, sparseMatmul(values, indices, dy)];
  },
  flops: ({ inputs: [values, , rows] }) => flopsOf(values?.shape, rows?.shape),
  samples: [
    {
      shapes: [
        [4, 2],
        [4, 2],
        [4, 3],
      ],
      params: { latents: 5 },
      ...indexed([0, 4, 4, 4, 2, 0, 1, 1]),
    },
    // Four blocks of which one is whole, one empty, one used by a single pair, and the last is cut off.
    {
      shapes: [
        [20, 2],
        [20, 2],
        [20, 3],
      ],
      params: { latents: 50 },
      ...indexed([...spread(38, 16), 35, 49]),
    },
    {
      shapes: [
        [3, 1],
        [3, 1],
        [3, 1],
      ],
      params: { latents: 1 },
      ...indexed([0, 0, 0], 'int32'),
    },
  ],
});

function codeSamples([latents, d]: readonly [number, number]) {
  return [
    {
      shapes: [
        [4, 2],
        [4, 2],
        [latents, d],
      ],
      params: {},
      ...indexed([0, 4, 4, 4, 2, 0, 1, 1]),
    },
    {
      shapes: [
        [3, 1],
        [3, 1],
        [latents, d],
      ],
      params: {},
      ...indexed([3, 3, 0], 'int32'),
    },
  ];
}

/** Values for the second input of a sample. */
function indexed(values: readonly number[], dtype: DType = 'int64') {
  return { values: { 1: values }, dtypes: { 1: dtype } };
}

/** Indices below `size` in an order without pattern, some of them often. */
function spread(count: number, size: number): readonly number[] {
  return Array.from({ length: count }, (_, i) => (i * i * 7 + 3 * i) % size);
}

function threeOf(inputs: readonly Tensor[]): readonly [Tensor, Tensor, Tensor] {
  const [a, b, c] = inputs.map((input) => only(input, 'sparseMatmul'));
  return [only(a, 'sparseMatmul'), only(b, 'sparseMatmul'), only(c, 'sparseMatmul')];
}

function checkCodes(operation: string, values: Shape, indices: Shape): void {
  checkMatrix(operation, 'values', values);
  if (!sameShape(values, indices)) {
    throw new ShapeError(
      `${operation}: indices ${formatShape(indices)} do not fit values ${formatShape(values)}; expected the same shape`,
    );
  }
}

function checkMatrix(operation: string, name: string, shape: Shape): void {
  if (shape.length !== 2) {
    throw new ShapeError(
      `${operation}: ${name} ${formatShape(shape)} is not a matrix; give it two axes with reshape`,
    );
  }
}

function floatOf(
  operation: string,
  indices: DType | undefined,
  [a = 'float32', b]: readonly (DType | undefined)[],
): DType {
  checkIndexType(operation, indices);
  if (a !== b || (a !== 'float32' && a !== 'float64')) {
    throw new ShapeError(
      `${operation}: element types ${a} and ${b}; expected the same floating-point type, convert with cast`,
    );
  }
  return a;
}

/** A multiplication and an addition for each pair and column. */
function flopsOf([batch = 0, k = 0]: Shape = [], [, d = 0]: Shape = []): number {
  return 2 * batch * k * d;
}
