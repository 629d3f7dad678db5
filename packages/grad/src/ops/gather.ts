import { defineOp } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';
import { checkIndexRange, checkIndexType } from './indices.ts';

/**
 * Slices of a tensor by their position along an axis: the rows `table[indices]` by default. The
 * gradient adds up the cotangents of repeated ones.
 *
 * Indices that are not constant are not checked: from -size to -1 they count from the end, and beyond
 * that the run fails, except on WebGPU, where the value is then undefined.
 *
 * @param table - [...before, size, ...after].
 * @param indices - int32 or int64, any shape; each from 0 to size - 1.
 * @param axis - The axis that the indices replace; negative counts from the end. Default 0.
 * @returns [...before, ...indices.shape, ...after].
 * @throws {ShapeError} If `axis` is out of range, `indices` is not of an integer type or a constant
 * index is out of range.
 */
export function gather(table: Tensor, indices: Tensor, axis = 0): Tensor {
  const resolved = resolveAxis('gather', axis, table.shape);
  checkIndexType('gather', indices.dtype);
  checkIndexRange('gather', indices, table.shape[resolved] ?? 0);
  return gatherOp([table, indices], { axis: resolved });
}

/** The operation behind {@link gather}. */
export const gatherOp = defineOp<{ axis: number }>({
  name: 'gather',
  accepts: 'any',
  shape: ([table = [], indices = []], { axis }) => [
    ...table.slice(0, axis),
    ...indices,
    ...table.slice(axis + 1),
  ],
  dtype: ([table = 'float32', indices]) => {
    checkIndexType('gather', indices);
    return table;
  },
  lower: (graph, inputs, { axis }) => graph.node('Gather', inputs, { axis }),
  vjp: ({ inputs: [table, indices], dy }, { axis }) => [
    dy.scatterAdd(only(indices, 'gather'), only(table, 'gather').shape[axis] ?? 0, axis),
    null,
  ],
  samples: [
    {
      shapes: [[4, 3], [5]],
      params: { axis: 0 },
      values: { 1: [3, 0, 0, 1, 0] },
      dtypes: { 1: 'int64' },
    },
    {
      shapes: [[3], [2, 2]],
      params: { axis: 0 },
      values: { 1: [2, 2, 1, 2] },
      dtypes: { 1: 'int32' },
    },
    {
      shapes: [
        [2, 3, 2],
        [2, 2],
      ],
      params: { axis: 1 },
      values: { 1: [2, 0, 2, 2] },
      dtypes: { 1: 'int64' },
    },
    { shapes: [[2, 1, 3], []], params: { axis: 2 }, values: { 1: [1] }, dtypes: { 1: 'int64' } },
  ],
});
