import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import type { Tensor } from '../tensor.ts';
import { only, type NoParams } from './elementwise.ts';

/**
 * Rows of a table: `table[indices]`. The gradient adds up the cotangents of repeated rows.
 *
 * @param table - [rows, ...].
 * @param indices - int32 or int64, any shape; each from 0 to rows - 1.
 * @returns [...indices.shape, ...table.shape.slice(1)].
 * @throws {ShapeError} If `indices` is not of an integer type or `table` is a scalar.
 */
export function gather(table: Tensor, indices: Tensor): Tensor {
  return gatherOp([table, indices], {});
}

/** The operation behind {@link gather}. */
export const gatherOp = defineOp<NoParams>({
  name: 'gather',
  accepts: 'any',
  shape: ([table = [], indices = []]) => {
    if (table.length === 0) {
      throw new ShapeError(`gather: the table is a scalar; expected [rows, ...]`);
    }
    return [...indices, ...table.slice(1)];
  },
  dtype: ([table = 'float32', indices]) => {
    if (indices !== 'int32' && indices !== 'int64') {
      throw new ShapeError(`gather: indices are ${indices}; expected int32 or int64`);
    }
    return table;
  },
  lower: (graph, inputs) => graph.node('Gather', inputs, { axis: 0 }),
  vjp: ({ inputs: [table, indices], dy }) => [
    dy.scatterAdd(only(indices, 'gather'), only(table, 'gather').shape[0] ?? 0),
    null,
  ],
  samples: [
    { shapes: [[4, 3], [5]], params: {}, values: { 1: [3, 0, 0, 1, 0] }, dtypes: { 1: 'int64' } },
    { shapes: [[3], [2, 2]], params: {}, values: { 1: [2, 2, 1, 2] }, dtypes: { 1: 'int32' } },
  ],
});
