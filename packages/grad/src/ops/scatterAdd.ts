import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';

/**
 * A table of zeros to whose rows values are added: the transpose of `gather`. Repeated indices add
 * up, in the order of the values, so that the result is the same in every run.
 *
 * @param values - [...indices.shape, ...row].
 * @param indices - int32 or int64; each from 0 to rows - 1.
 * @param rows - Rows of the result.
 * @returns [rows, ...row].
 * @throws {ShapeError} If the shapes do not fit, `indices` is not of an integer type or `values` is bool.
 */
export function scatterAdd(values: Tensor, indices: Tensor, rows: number): Tensor {
  return scatterAddOp([values, indices], { rows });
}

/** The operation behind {@link scatterAdd}. */
export const scatterAddOp = defineOp<{ rows: number }>({
  name: 'scatterAdd',
  accepts: 'any',
  shape: ([values = [], indices = []], { rows }) => {
    if (!sameShape(values.slice(0, indices.length), indices)) {
      throw new ShapeError(
        `scatterAdd: values ${formatShape(values)} do not begin with the shape of indices ${formatShape(indices)}`,
      );
    }
    return [rows, ...values.slice(indices.length)];
  },
  dtype: ([values = 'float32', indices]) => {
    if (indices !== 'int32' && indices !== 'int64') {
      throw new ShapeError(`scatterAdd: indices are ${indices}; expected int32 or int64`);
    }
    if (values === 'bool') {
      throw new ShapeError(`scatterAdd: values are bool; convert with cast(x, 'float32')`);
    }
    return values;
  },
  // ScatterElements and not ScatterND: the latter loses updates of repeated indices on two threads.
  lower: (graph, [values = '', indices = ''], { rows }, { inputs: [valueSpec, indexSpec] }) => {
    const count = sizeOf(indexSpec?.shape ?? []);
    const width = sizeOf(valueSpec?.shape ?? []) / count;
    const row = valueSpec?.shape.slice(indexSpec?.shape.length) ?? [];
    const flat = graph.node('Reshape', [values, graph.int64s([count, width])]);
    const column = graph.node('Reshape', [indices, graph.int64s([count, 1])]);
    const spread = graph.node('Expand', [column, graph.int64s([count, width])]);
    const zero = graph.scalar(0, valueSpec?.dtype ?? 'float32');
    const table = graph.node('Expand', [zero, graph.int64s([rows, width])]);
    const added = graph.node('ScatterElements', [table, spread, flat], {
      axis: 0,
      reduction: 'add',
    });
    return graph.node('Reshape', [added, graph.int64s([rows, ...row])]);
  },
  vjp: ({ inputs: [, indices], dy }) => [dy.gather(only(indices, 'scatterAdd')), null],
  samples: [
    {
      shapes: [[6, 2], [6]],
      params: { rows: 4 },
      values: { 1: [1, 1, 1, 3, 0, 1] },
      dtypes: { 1: 'int64' },
    },
    {
      shapes: [
        [2, 2],
        [2, 2],
      ],
      params: { rows: 3 },
      values: { 1: [0, 2, 2, 0] },
      dtypes: { 1: 'int32' },
    },
  ],
});
