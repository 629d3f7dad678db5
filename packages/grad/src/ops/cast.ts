import { isFloat, type DType } from '../dtype.ts';
import { defineOp } from '../op.ts';
import { onnxDTypes } from '../onnx/model.ts';
import type { Tensor } from '../tensor.ts';

/**
 * The same values as another element type; floats are cut towards zero on their way to integers,
 * and everything but 0 is true as bool.
 *
 * @param x - Any shape.
 * @param dtype - Element type of the result. Gradients flow between floating-point types only.
 */
export function cast(x: Tensor, dtype: DType): Tensor {
  return x.dtype === dtype ? x : castOp([x], { dtype });
}

/** The operation behind {@link cast}. */
export const castOp = defineOp<{ dtype: DType }>({
  name: 'cast',
  accepts: 'any',
  shape: ([x = []]) => x,
  dtype: (_, { dtype }) => dtype,
  lower: (graph, inputs, { dtype }) => graph.node('Cast', inputs, { to: onnxDTypes[dtype] }),
  vjp: ({ inputs: [x], dy }) => [
    x && isFloat(x.dtype) && isFloat(dy.dtype) ? dy.cast(x.dtype) : null,
  ],
  samples: [
    { shapes: [[2, 3]], params: { dtype: 'int32' } },
    { shapes: [[2, 3]], params: { dtype: 'float64' } },
    {
      shapes: [[4]],
      params: { dtype: 'float32' },
      values: { 0: [0, 1, 1, 0] },
      dtypes: { 0: 'bool' },
    },
    {
      shapes: [[3]],
      params: { dtype: 'int64' },
      values: { 0: [-2, 0, 7] },
      dtypes: { 0: 'int32' },
    },
  ],
});
