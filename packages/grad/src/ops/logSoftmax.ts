import { defineOp } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Logarithm of the softmax along one axis: y_i = x_i - log(sum_j exp(x_j)), safe for large x.
 *
 * @param x - Logits, any shape.
 * @param axis - The axis along which probabilities sum to 1; negative counts from the end. Default -1.
 * @returns Log-probabilities in nats, same shape as `x`.
 * @throws {ShapeError} If `axis` is out of range for `x`.
 */
export function logSoftmax(x: Tensor, axis = -1): Tensor {
  return logSoftmaxOp([x], { axis: resolveAxis('logSoftmax', axis, x.shape) });
}

/** The operation behind {@link logSoftmax}. */
export const logSoftmaxOp = defineOp<{ axis: number }>({
  name: 'logSoftmax',
  shape: ([x = []]) => x,
  lower: (graph, inputs, { axis }) => graph.node('LogSoftmax', inputs, { axis }),
  // dL/dx = dy - softmax(x) * sum(dy), and softmax(x) = exp(y) is already at hand.
  vjp: ({ dy, y }, { axis }) => [dy.sub(y.exp().mul(dy.sum(axis, { keepDims: true })))],
  samples: [
    { shapes: [[2, 5]], params: { axis: 1 } },
    { shapes: [[4, 1, 3]], params: { axis: 0 } },
    { shapes: [[1, 3]], params: { axis: 1 }, values: { 0: [1e4, 1e4 - 1, -1e4] } },
  ],
});
