import { defineOp } from '../op.ts';
import { reducedShape, resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Index of the smallest element along an axis, the lowest index among equals; no gradient flows.
 *
 * @param x - Any shape.
 * @param axis - Negative counts from the end. Default -1.
 * @returns int64, `x` without this axis.
 * @throws {ShapeError} If `axis` is out of range.
 */
export function argmin(x: Tensor, axis = -1): Tensor {
  return argminOp([x], { axis: resolveAxis('argmin', axis, x.shape) });
}

/** The operation behind {@link argmin}. */
export const argminOp = defineOp<{ axis: number }>({
  name: 'argmin',
  shape: ([x = []], { axis }) => reducedShape(x, [axis], false),
  dtype: () => 'int64',
  lower: (graph, inputs, { axis }, { inputs: [x] }) =>
    graph.indices(graph.node('ArgMin', inputs, { axis, keepdims: 0 }), x?.shape[axis] ?? 1),
  vjp: null,
  samples: [
    { shapes: [[2, 5]], params: { axis: 1 } },
    { shapes: [[2, 4]], params: { axis: 1 }, values: { 0: [1, 0, 3, 0, 2, 2, 2, 2] } },
  ],
});
