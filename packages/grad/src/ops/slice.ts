import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';

/** Which part of an axis to keep. */
export interface SliceOptions {
  readonly axis: number;
  /** First index; negative counts from the end. Default 0. */
  readonly start?: number;
  /** Index behind the last; negative counts from the end. Default the size of the axis. */
  readonly end?: number;
}

/**
 * A contiguous part of an axis.
 *
 * @param x - Any shape.
 * @throws {ShapeError} If `axis` is out of range or the part is empty or reaches outside.
 */
export function slice(x: Tensor, options: SliceOptions): Tensor {
  const axis = resolveAxis('slice', options.axis, x.shape);
  const size = x.shape[axis] ?? 0;
  const fromEnd = (index: number) => (index < 0 ? index + size : index);
  const start = fromEnd(options.start ?? 0);
  const end = fromEnd(options.end ?? size);
  if (
    !Number.isInteger(start) ||
    !Number.isInteger(end) ||
    start < 0 ||
    start >= end ||
    end > size
  ) {
    throw new ShapeError(
      `slice: ${options.start ?? 0} to ${options.end ?? size} is not a part of axis ${axis} of ${formatShape(x.shape)}, which has size ${size}`,
    );
  }
  return end - start === size ? x : sliceOp([x], { axis, start, end });
}

/** The operation behind {@link slice}. */
export const sliceOp = defineOp<{ axis: number; start: number; end: number }>({
  name: 'slice',
  accepts: 'any',
  shape: ([x = []], { axis, start, end }) => x.map((size, i) => (i === axis ? end - start : size)),
  lower: (graph, [x = ''], { axis, start, end }) =>
    graph.node('Slice', [x, graph.int64s([start]), graph.int64s([end]), graph.int64s([axis])]),
  vjp: ({ inputs: [x], dy }, { axis, start, end }) => {
    const size = only(x, 'slice').shape[axis] ?? 0;
    return [dy.pad({ axis, before: start, after: size - end })];
  },
  samples: [
    { shapes: [[4, 3]], params: { axis: 0, start: 1, end: 3 } },
    { shapes: [[2, 5]], params: { axis: 1, start: 4, end: 5 } },
  ],
});
