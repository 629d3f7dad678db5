import { isFloat } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { arange } from '../sequences.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only, type NoParams } from './elementwise.ts';
import { checkIndexRange, checkIndexType } from './indices.ts';

/**
 * Vectors of a learnt table: `table[indices]`. Differs from `gather` in its gradient, which for tables
 * of up to 64 rows is a matrix product: faster, but a cotangent that is not finite spoils its column for
 * all rows, and negative indices, which `gather` counts from the end, have no gradient.
 *
 * @param table - [rows, width], of a floating-point type.
 * @param indices - int32 or int64, any shape; each from 0 to rows - 1.
 * @returns [...indices.shape, width].
 * @throws {ShapeError} If `table` is not a matrix or not of a floating-point type, `indices` is not of
 * an integer type or a constant index is out of range.
 */
export function embedding(table: Tensor, indices: Tensor): Tensor {
  checkIndexType('embedding', indices.dtype);
  checkIndexRange('embedding', indices, table.shape[0] ?? 0);
  return embeddingOp([table, indices], {});
}

/**
 * Up to so many rows the gradient is a product with one-hot rows instead of ScatterElements. With 64 rows
 * that is 1.1 to 6 times as fast with the native kernels and 0.9 to 1.8 times with those of wasm; with 128
 * rows 1.0 to 3.3 and 0.4 to 1.2 times (256 to 8192 indices, 32 to 256 columns, 2 threads).
 */
const maxOneHotRows = 64;

/** The operation behind {@link embedding}. */
export const embeddingOp = defineOp<NoParams>({
  name: 'embedding',
  accepts: 'any',
  shape: ([table = [], indices = []]) => {
    if (table.length !== 2) {
      throw new ShapeError(
        `embedding: the table is ${formatShape(table)}; expected [rows, width], else use gather`,
      );
    }
    return [...indices, ...table.slice(1)];
  },
  dtype: ([table = 'float32', indices]) => {
    checkIndexType('embedding', indices);
    if (!isFloat(table)) {
      throw new ShapeError(`embedding: the table is ${table}; use gather, or convert with cast`);
    }
    return table;
  },
  lower: (graph, inputs) => graph.node('Gather', inputs, { axis: 0 }),
  vjp: ({ inputs, dy }) => {
    const table = only(inputs[0], 'embedding');
    const indices = only(inputs[1], 'embedding');
    const [rows = 1, width = 1] = table.shape;
    if (rows > maxOneHotRows) return [dy.scatterAdd(indices, rows), null];
    const row = indices.cast('int32').reshape([1, indices.size]);
    const hits = row.equal(arange(rows).reshape([rows, 1])).cast(dy.dtype);
    return [hits.matmul(dy.reshape([indices.size, width])), null];
  },
  samples: [
    { shapes: [[4, 3], [5]], params: {}, values: { 1: [3, 0, 0, 1, 0] }, dtypes: { 1: 'int64' } },
    {
      shapes: [
        [130, 1],
        [2, 2],
      ],
      params: {},
      values: { 1: [2, 129, 1, 2] },
      dtypes: { 1: 'int32' },
    },
  ],
});
