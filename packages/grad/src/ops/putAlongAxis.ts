import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { arange } from '../sequences.ts';
import { resolveAxis, type Shape } from '../shape.ts';
import { zeros, type Tensor } from '../tensor.ts';
import { lift, only, type Operand } from './elementwise.ts';
import { checkAlongAxis, checkIndexRange, checkIndexType } from './indices.ts';

/**
 * Replaces elements at positions along an axis: y[i, indices[i, j]] = values[i, j] along axis 1 of a
 * matrix (PyTorch's `scatter`, NumPy's `put_along_axis`). Among repeated indices the last one wins and
 * has the gradient; on WebGPU, which writes in no order, any one does. Indices that are not constant are
 * treated as by `gather`.
 *
 * @param x - Any shape but a scalar.
 * @param indices - int32 or int64; the sizes of `x`, any along `axis`.
 * @param values - The shape of `indices`, or a number for all of them.
 * @param axis - Negative counts from the end.
 * @returns The shape of `x`.
 * @throws {ShapeError} If `axis` is out of range, the shapes do not fit, the element types of `x` and
 * `values` differ, `indices` is not of an integer type or a constant index is out of range.
 */
export function putAlongAxis(x: Tensor, indices: Tensor, values: Operand, axis: number): Tensor {
  const resolved = resolveAxis('putAlongAxis', axis, x.shape);
  checkIndexType('putAlongAxis', indices.dtype);
  checkIndexRange('putAlongAxis', indices, x.shape[resolved] ?? 0);
  const spread =
    typeof values === 'number'
      ? lift('putAlongAxis', values, x.dtype).expand(indices.shape)
      : values;
  return putAlongAxisOp([x, indices, spread], { axis: resolved });
}

/** The operation behind {@link putAlongAxis}. */
export const putAlongAxisOp: Op<{ axis: number }> = defineOp<{ axis: number }>({
  name: 'putAlongAxis',
  accepts: 'any',
  shape: (shapes, { axis }) => {
    checkAlongAxis('putAlongAxis', shapes, axis);
    return shapes[0] ?? [];
  },
  dtype: ([x = 'float32', indices, values]) => {
    checkIndexType('putAlongAxis', indices);
    if (x !== values) {
      throw new ShapeError(
        `putAlongAxis: element types are ${x} and ${values}; expected two alike`,
      );
    }
    return x;
  },
  lower: (graph, inputs, { axis }) => graph.node('ScatterElements', inputs, { axis }),
  vjp: ({ inputs, dy }, { axis }) => {
    const indices = only(inputs[1], 'putAlongAxis');
    const kept = putAlongAxis(dy, indices, 0, axis);
    const taken = dy.takeAlongAxis(indices, axis);
    return [kept, null, wins(indices, dy.shape, axis).where(taken, 0)];
  },
  samples: [
    {
      shapes: [
        [2, 4],
        [2, 2],
        [2, 2],
      ],
      params: { axis: 1 },
      values: { 1: [0, 3, 2, 1] },
      dtypes: { 1: 'int64' },
    },
    {
      shapes: [
        [3, 1, 2],
        [4, 1, 2],
        [4, 1, 2],
      ],
      params: { axis: 0 },
      values: { 1: [2, 0, 2, 1, 2, 0, 1, 0] },
      dtypes: { 1: 'int32' },
    },
  ],
});

/** Whether each index is the one that wrote: the same scatter, of the indices' own positions, tells. */
function wins(indices: Tensor, shape: Shape, axis: number): Tensor {
  const count = indices.shape[axis] ?? 1;
  // float32, which every backend can both scatter and take.
  const positions = arange(count, { dtype: 'float32' })
    .reshape(indices.shape.map((_, i) => (i === axis ? count : 1)))
    .expand(indices.shape);
  const written = putAlongAxis(zeros(shape), indices, positions, axis);
  return written.takeAlongAxis(indices, axis).equal(positions);
}
