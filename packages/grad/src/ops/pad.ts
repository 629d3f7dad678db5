import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only } from './elementwise.ts';

/** How many elements to add on both sides of an axis, and which. */
export interface PadOptions {
  readonly axis: number;
  /** Default 0. */
  readonly before?: number;
  /** Default 0. */
  readonly after?: number;
  /** Default 0. */
  readonly value?: number;
}

/**
 * Adds elements of one value before and after those of an axis.
 *
 * @param x - Any shape.
 * @throws {ShapeError} If `axis` is out of range or a count is not a non-negative integer.
 */
export function pad(x: Tensor, options: PadOptions): Tensor {
  const { before = 0, after = 0, value = 0 } = options;
  const axis = resolveAxis('pad', options.axis, x.shape);
  if (![before, after].every((count) => Number.isInteger(count) && count >= 0)) {
    throw new ShapeError(`pad: ${before} before and ${after} after are not counts of elements`);
  }
  return before + after === 0 ? x : padOp([x], { axis, before, after, value });
}

/** The operation behind {@link pad}. */
export const padOp = defineOp<{ axis: number; before: number; after: number; value: number }>({
  name: 'pad',
  shape: ([x = []], { axis, before, after }) =>
    x.map((size, i) => (i === axis ? size + before + after : size)),
  // Counts for all axes, not Pad's list of axes: ONNX Runtime 1.30 loses track of that list when it
  // moves a Transpose across, and the session fails when it runs.
  lower: (graph, [x = ''], { axis, before, after, value }, { inputs: [spec] }) => {
    const counts = (count: number) => spec?.shape.map((_, i) => (i === axis ? count : 0)) ?? [];
    return graph.node('Pad', [
      x,
      graph.int64s([...counts(before), ...counts(after)]),
      graph.scalar(value, spec?.dtype ?? 'float32'),
    ]);
  },
  vjp: ({ inputs: [x], dy }, { axis, before }) => [
    dy.slice({ axis, start: before, end: before + (only(x, 'pad').shape[axis] ?? 0) }),
  ],
  samples: [
    { shapes: [[2, 3]], params: { axis: 1, before: 1, after: 2, value: 0.5 } },
    { shapes: [[2, 3]], params: { axis: 0, before: 0, after: 1, value: 0 } },
  ],
});
