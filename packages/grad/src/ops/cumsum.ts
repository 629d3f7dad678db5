import { defineOp, type Op } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Which elements each sum takes in. */
export interface CumsumOptions {
  /** Whether an element is left out of its own sum. Default false. */
  readonly exclusive?: boolean;
  /** Whether to sum from the end. Default false. */
  readonly reverse?: boolean;
}

/**
 * Running sum along an axis.
 *
 * @param x - Any shape but a scalar; not bool.
 * @param axis - Negative counts from the end. Default -1.
 * @throws {ShapeError} If `axis` is out of range or `x` is bool.
 */
export function cumsum(x: Tensor, axis = -1, options: CumsumOptions = {}): Tensor {
  const { exclusive: isExclusive = false, reverse: isReversed = false } = options;
  return cumsumOp([x], { axis: resolveAxis('cumsum', axis, x.shape), isExclusive, isReversed });
}

/** What a running sum is called with. */
export interface CumsumParams extends Readonly<Record<string, unknown>> {
  readonly axis: number;
  readonly isExclusive: boolean;
  readonly isReversed: boolean;
}

/** The operation behind {@link cumsum}; its gradient is the same sum from the other end. */
export const cumsumOp: Op<CumsumParams> = defineOp<CumsumParams>({
  name: 'cumsum',
  accepts: 'number',
  shape: ([x = []]) => x,
  lower: (graph, [x = ''], { axis, isExclusive, isReversed }) =>
    graph.node('CumSum', [x, graph.constant([axis], [], 'int64')], {
      exclusive: Number(isExclusive),
      reverse: Number(isReversed),
    }),
  vjp: ({ dy }, { isReversed, ...params }) => [
    cumsumOp([dy], { ...params, isReversed: !isReversed }),
  ],
  samples: [
    { shapes: [[2, 4]], params: { axis: 1, isExclusive: false, isReversed: false } },
    { shapes: [[3, 2]], params: { axis: 0, isExclusive: false, isReversed: true } },
    { shapes: [[2, 3, 2]], params: { axis: 1, isExclusive: true, isReversed: false } },
    { shapes: [[1]], params: { axis: 0, isExclusive: true, isReversed: true } },
  ],
});
