import { defineOp } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Softmax along one axis: y_i = exp(x_i) / sum_j exp(x_j), safe for large x.
 *
 * @param x - Logits, any shape.
 * @param axis - The axis along which probabilities sum to 1; negative counts from the end. Default -1.
 * @returns Probabilities, same shape as `x`.
 * @throws {ShapeError} If `axis` is out of range for `x`.
 */
export function softmax(x: Tensor, axis = -1): Tensor {
  return softmaxOp([x], { axis: resolveAxis('softmax', axis, x.shape) });
}

/** The operation behind {@link softmax}. */
export const softmaxOp = defineOp<{ axis: number }>({
  name: 'softmax',
  shape: ([x = []]) => x,
  lower: (graph, inputs, { axis }) => graph.node('Softmax', inputs, { axis }),
  // dL/dx = y * (dy - sum(dy * y)).
  vjp: ({ dy, y }, { axis }) => {
    const weighted = dy.mul(y);
    return [weighted.sub(y.mul(weighted.sum(axis, { keepDims: true })))];
  },
  samples: [
    { shapes: [[2, 5]], params: { axis: 1 } },
    { shapes: [[4, 1, 3]], params: { axis: 0 } },
    { shapes: [[1, 3]], params: { axis: 1 }, values: { 0: [1e4, 1e4 - 1, -1e4] } },
  ],
});
