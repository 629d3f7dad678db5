import { ShapeError } from '../errors.ts';
import { defineOp, type LowerContext } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { formatShape, resolveAxis, sameShape, sizeOf } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';
import { checkIndexRange, checkIndexType } from './indices.ts';

/**
 * A table of zeros to whose rows values are added: the transpose of `gather`. Repeated indices add
 * up, in the order of the values, so that the result is the same in every run. Indices that are not
 * constant are treated as by `gather`.
 *
 * @param values - [...before, ...indices.shape, ...after].
 * @param indices - int32 or int64; each from 0 to rows - 1.
 * @param rows - Size of the result along `axis`.
 * @param axis - The axis of the result that the indices point into; negative counts from the end.
 * Default 0.
 * @returns [...before, rows, ...after].
 * @throws {ShapeError} If the shapes do not fit, `axis` is out of range, `indices` is not of an integer
 * type, a constant index is out of range, or `values` is bool.
 */
export function scatterAdd(values: Tensor, indices: Tensor, rows: number, axis = 0): Tensor {
  checkIndexType('scatterAdd', indices.dtype);
  checkIndexRange('scatterAdd', indices, rows);
  const result = [...values.shape.slice(indices.rank), rows];
  return scatterAddOp([values, indices], { rows, axis: resolveAxis('scatterAdd', axis, result) });
}

/** What a scattered sum is called with. */
export interface ScatterAddParams extends Readonly<Record<string, unknown>> {
  readonly rows: number;
  readonly axis: number;
}

/** The operation behind {@link scatterAdd}. */
export const scatterAddOp = defineOp<ScatterAddParams>({
  name: 'scatterAdd',
  accepts: 'any',
  shape: ([values = [], indices = []], { rows, axis }) => {
    if (!sameShape(values.slice(axis, axis + indices.length), indices)) {
      throw new ShapeError(
        `scatterAdd: values ${formatShape(values)} do not have the shape of indices ${formatShape(indices)} from axis ${axis} on`,
      );
    }
    return [...values.slice(0, axis), rows, ...values.slice(axis + indices.length)];
  },
  dtype: ([values = 'float32', indices]) => {
    checkIndexType('scatterAdd', indices);
    if (values === 'bool') {
      throw new ShapeError(`scatterAdd: values are bool; convert with cast(x, 'float32')`);
    }
    return values;
  },
  lower,
  vjp: ({ inputs: [, indices], dy }, { axis }) => [
    dy.gather(only(indices, 'scatterAdd'), axis),
    null,
  ],
  samples: [
    {
      shapes: [[6, 2], [6]],
      params: { rows: 4, axis: 0 },
      values: { 1: [1, 1, 1, 3, 0, 1] },
      dtypes: { 1: 'int64' },
    },
    {
      shapes: [
        [2, 2],
        [2, 2],
      ],
      params: { rows: 3, axis: 0 },
      values: { 1: [0, 2, 2, 0] },
      dtypes: { 1: 'int32' },
    },
    {
      shapes: [
        [2, 2, 2, 3],
        [2, 2],
      ],
      params: { rows: 2, axis: 1 },
      values: { 1: [1, 1, 0, 1] },
      dtypes: { 1: 'int64' },
    },
    {
      shapes: [[64, 3], [64]],
      params: { rows: 2, axis: 0 },
      values: { 1: Array.from({ length: 64 }, (_, i) => Number(i === 40)) },
      dtypes: { 1: 'int64' },
    },
    {
      shapes: [[2, 3], []],
      params: { rows: 2, axis: 2 },
      values: { 1: [1] },
      dtypes: { 1: 'int64' },
    },
  ],
});

// ScatterElements and not ScatterND: the latter loses updates of repeated indices on two threads.
function lower(
  graph: GraphBuilder,
  [values = '', indices = '']: readonly string[],
  { rows, axis }: ScatterAddParams,
  { inputs: [valueSpec, indexSpec], outputs: [output] }: LowerContext,
): string {
  const dtype = valueSpec?.dtype ?? 'float32';
  const count = sizeOf(indexSpec?.shape ?? []);
  const outer = sizeOf(valueSpec?.shape.slice(0, axis) ?? []);
  const inner = sizeOf(valueSpec?.shape ?? []) / (outer * count);
  const size = graph.int64s([outer, count, inner]);
  const flat = graph.node('Reshape', [values, size]);
  const spread = graph.node('Expand', [
    graph.node('Reshape', [indices, graph.int64s([1, count, 1])]),
    size,
  ]);
  const table = graph.node('Expand', [graph.scalar(0, dtype), graph.int64s([outer, rows, inner])]);
  const added = graph.node('ScatterElements', [table, spread, flat], { axis: 1, reduction: 'add' });
  return graph.node('Reshape', [added, graph.int64s(output?.shape ?? [])]);
}
