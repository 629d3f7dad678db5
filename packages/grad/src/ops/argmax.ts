import { defineOp } from '../op.ts';
import { reducedShape, resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Index of the largest element along an axis, the lowest index among equals; no gradient flows.
 *
 * @param x - Any shape.
 * @param axis - Negative counts from the end. Default -1.
 * @returns int64, `x` without this axis.
 * @throws {ShapeError} If `axis` is out of range.
 */
export function argmax(x: Tensor, axis = -1): Tensor {
  return argmaxOp([x], { axis: resolveAxis('argmax', axis, x.shape) });
}

/** The operation behind {@link argmax}. */
export const argmaxOp = defineOp<{ axis: number }>({
  name: 'argmax',
  shape: ([x = []], { axis }) => reducedShape(x, [axis], false),
  dtype: () => 'int64',
  lower: (graph, inputs, { axis }, { inputs: [x] }) =>
    graph.indices(graph.node('ArgMax', inputs, { axis, keepdims: 0 }), x?.shape[axis] ?? 1),
  vjp: null,
  samples: [
    { shapes: [[2, 5]], params: { axis: 1 } },
    { shapes: [[2, 4]], params: { axis: 1 }, values: { 0: [1, 3, 3, 0, 2, 2, 2, 2] } },
  ],
});
