import { defineOp } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import { resolveAxis, sizeOf } from '../shape.ts';
import { zeros, type Tensor, type TensorSpec } from '../tensor.ts';
import { only } from './elementwise.ts';
import { checkAlongAxis, checkIndexRange, checkIndexType } from './indices.ts';

/**
 * One element of each line along an axis for each index: y[i, j] = x[i, indices[i, j]] along axis 1 of
 * a matrix (PyTorch's `gather`, NumPy's `take_along_axis`). The gradient adds up where indices repeat.
 * Indices that are not constant are treated as by `gather`.
 *
 * @param x - Any shape but a scalar.
 * @param indices - int32 or int64; the sizes of `x`, any along `axis`.
 * @param axis - Negative counts from the end.
 * @returns The shape of `indices`.
 * @throws {ShapeError} If `axis` is out of range, the shapes do not fit, `indices` is not of an integer
 * type or a constant index is out of range.
 */
export function takeAlongAxis(x: Tensor, indices: Tensor, axis: number): Tensor {
  const resolved = resolveAxis('takeAlongAxis', axis, x.shape);
  checkIndexType('takeAlongAxis', indices.dtype);
  checkIndexRange('takeAlongAxis', indices, x.shape[resolved] ?? 0);
  return takeAlongAxisOp([x, indices], { axis: resolved });
}

/** The operation behind {@link takeAlongAxis}. */
export const takeAlongAxisOp = defineOp<{ axis: number }>({
  name: 'takeAlongAxis',
  accepts: 'any',
  shape: (shapes, { axis }) => {
    checkAlongAxis('takeAlongAxis', shapes, axis);
    return shapes[1] ?? [];
  },
  dtype: ([x = 'float32', indices]) => {
    checkIndexType('takeAlongAxis', indices);
    return x;
  },
  lower: (graph, inputs, { axis }, { inputs: specs }) =>
    graph.supports('GatherElements', specs[0]?.dtype)
      ? graph.node('GatherElements', inputs, { axis })
      : lowerFlat(graph, inputs, { axis, specs }),
  vjp: ({ inputs, dy }, { axis }) => {
    const x = only(inputs[0], 'takeAlongAxis');
    const indices = only(inputs[1], 'takeAlongAxis');
    return [zeros(x.shape, x.dtype).addAlongAxis(indices, dy, axis), null];
  },
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 4],
      ],
      params: { axis: 1 },
      values: { 1: [0, 2, 2, 1, 1, 1, 1, 0] },
      dtypes: { 1: 'int64' },
    },
    {
      shapes: [
        [3, 1, 2],
        [2, 1, 2],
      ],
      params: { axis: 0 },
      values: { 1: [2, 0, 2, 1] },
      dtypes: { 1: 'int32' },
    },
  ],
});

/** By Gather, from the elements in one row: what WebGPU has for other types than float32. */
function lowerFlat(
  graph: GraphBuilder,
  [x = '', indices = '']: readonly string[],
  { axis, specs: [xSpec, indexSpec] }: { axis: number; specs: readonly TensorSpec[] },
): string {
  const shape = indexSpec?.shape ?? [];
  const dtype = indexSpec?.dtype ?? 'int64';
  const strides = (xSpec?.shape ?? []).map((_, i, sizes) => sizeOf(sizes.slice(i + 1)));
  const offsets = shape.flatMap((size, i) => {
    if (i === axis || size === 1) return [];
    const steps = Array.from({ length: size }, (_, k) => k * (strides[i] ?? 1));
    return [
      graph.constant(
        steps,
        shape.map((_, j) => (j === i ? size : 1)),
        dtype,
      ),
    ];
  });
  const along = graph.node('Mul', [indices, graph.scalar(strides[axis] ?? 1, dtype)]);
  const places = offsets.reduce((sum, offset) => graph.node('Add', [sum, offset]), along);
  const row = graph.node('Reshape', [x, graph.int64s([-1])]);
  return graph.node('Gather', [row, places], { axis: 0 });
}
