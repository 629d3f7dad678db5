import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { lift, only, type Operand } from './elementwise.ts';
import { checkAlongAxis, checkIndexRange, checkIndexType } from './indices.ts';

/**
 * Adds values at positions along an axis: y[i, indices[i, j]] += values[i, j] along axis 1 of a matrix
 * (PyTorch's `scatter_add`). Repeated indices add up, in the order of the values, so that the result is
 * the same in every run. Indices that are not constant are treated as by `gather`.
 *
 * @param x - Any shape but a scalar; not bool.
 * @param indices - int32 or int64; the sizes of `x`, any along `axis`.
 * @param values - The shape of `indices`, or a number for all of them.
 * @param axis - Negative counts from the end.
 * @returns The shape of `x`.
 * @throws {ShapeError} If `axis` is out of range, the shapes do not fit, the element types of `x` and
 * `values` differ or are bool, `indices` is not of an integer type or a constant index is out of range.
 */
export function addAlongAxis(x: Tensor, indices: Tensor, values: Operand, axis: number): Tensor {
  const resolved = resolveAxis('addAlongAxis', axis, x.shape);
  checkIndexType('addAlongAxis', indices.dtype);
  checkIndexRange('addAlongAxis', indices, x.shape[resolved] ?? 0);
  const spread =
    typeof values === 'number'
      ? lift('addAlongAxis', values, x.dtype).expand(indices.shape)
      : values;
  return addAlongAxisOp([x, indices, spread], { axis: resolved });
}

/** The operation behind {@link addAlongAxis}. */
export const addAlongAxisOp = defineOp<{ axis: number }>({
  name: 'addAlongAxis',
  accepts: 'any',
  shape: (shapes, { axis }) => {
    checkAlongAxis('addAlongAxis', shapes, axis);
    return shapes[0] ?? [];
  },
  dtype: ([x = 'float32', indices, values]) => {
    checkIndexType('addAlongAxis', indices);
    if (x === 'bool' || x !== values) {
      throw new ShapeError(
        `addAlongAxis: element types are ${x} and ${values}; expected two alike, and numbers`,
      );
    }
    return x;
  },
  // ScatterElements and not ScatterND: the latter loses updates of repeated indices on two threads.
  lower: (graph, inputs, { axis }) =>
    graph.node('ScatterElements', inputs, { axis, reduction: 'add' }),
  vjp: ({ inputs: [, indices], dy }, { axis }) => [
    dy,
    null,
    dy.takeAlongAxis(only(indices, 'addAlongAxis'), axis),
  ],
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 4],
        [2, 4],
      ],
      params: { axis: 1 },
      values: { 1: [0, 2, 2, 2, 1, 1, 1, 1] },
      dtypes: { 1: 'int64' },
    },
    {
      shapes: [
        [3, 1, 2],
        [2, 1, 2],
        [2, 1, 2],
      ],
      params: { axis: 0 },
      values: { 1: [2, 0, 2, 1] },
      dtypes: { 1: 'int32' },
    },
    {
      shapes: [[2], [64], [64]],
      params: { axis: 0 },
      values: { 1: Array.from({ length: 64 }, (_, i) => Number(i === 40)) },
      dtypes: { 1: 'int64' },
    },
  ],
});
