import { defineOp } from '../op.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
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
  lower: (graph, [x = ''], { axis }) => lowerLogSoftmax(graph, x, axis),
  // dL/dx = dy - softmax(x) * sum(dy), and softmax(x) = exp(y) is already at hand.
  vjp: ({ dy, y }, { axis }) => [dy.sub(y.exp().mul(dy.sum(axis, { keepDims: true })))],
  samples: [
    { shapes: [[2, 5]], params: { axis: 1 } },
    { shapes: [[4, 1, 3]], params: { axis: 0 } },
    { shapes: [[1, 3]], params: { axis: 1 }, values: { 0: [1e4, 1e4 - 1, -1e4] } },
  ],
});

/** Also for what contains a log-softmax: the runtime computes equal nodes once. */
export function lowerLogSoftmax(graph: GraphBuilder, x: string, axis: number): string {
  if (graph.supports('LogSoftmax')) return graph.node('LogSoftmax', [x], { axis });
  // The largest first: beside large logits the sum has lost the digits that the difference needs.
  const along = graph.int64s([axis]);
  const largest = graph.node('ReduceMax', [x, along], { keepdims: 1 });
  const shifted = graph.node('Sub', [x, largest]);
  const total = graph.node('ReduceSum', [graph.node('Exp', [shifted]), along], { keepdims: 1 });
  return graph.node('Sub', [shifted, graph.node('Log', [total])]);
}
