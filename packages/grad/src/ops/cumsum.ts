import { defineOp, type Op } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Running sum along an axis, each element included.
 *
 * @param x - Any shape.
 * @param axis - Negative counts from the end. Default -1.
 * @throws {ShapeError} If `axis` is out of range.
 */
export function cumsum(x: Tensor, axis = -1): Tensor {
  return cumsumOp([x], { axis: resolveAxis('cumsum', axis, x.shape), isReversed: false });
}

/** The operation behind {@link cumsum}; reversed, it sums from the end, which is its own gradient. */
export const cumsumOp: Op<{ axis: number; isReversed: boolean }> = defineOp<{
  axis: number;
  isReversed: boolean;
}>({
  name: 'cumsum',
  shape: ([x = []]) => x,
  lower: (graph, [x = ''], { axis, isReversed }) =>
    graph.node('CumSum', [x, graph.constant([axis], [], 'int64')], { reverse: Number(isReversed) }),
  vjp: ({ dy }, { axis, isReversed }) => [cumsumOp([dy], { axis, isReversed: !isReversed })],
  samples: [
    { shapes: [[2, 4]], params: { axis: 1, isReversed: false } },
    { shapes: [[3, 2]], params: { axis: 0, isReversed: true } },
  ],
});
