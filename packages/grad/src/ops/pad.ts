import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, resolveAxis } from '../shape.ts';
import { checkElement, type Tensor } from '../tensor.ts';
import { concat } from './concat.ts';
import { only } from './elementwise.ts';
import { flip } from './flip.ts';
import { slice } from './slice.ts';

/** How many elements to add on both sides of an axis, and which. */
export type PadOptions = PadSize & (PadValue | PadMode);

interface PadSize {
  /** Negative counts from the end. */
  readonly axis: number;
  /** Default 0. */
  readonly before?: number;
  /** Default 0. */
  readonly after?: number;
}

interface PadValue {
  readonly mode?: 'constant';
  /** Default 0. */
  readonly value?: number;
}

interface PadMode {
  /**
   * For an axis of the elements a, b, c: `reflect` goes on with b, a, mirrored at c; `replicate` with
   * c, c; `circular` with a, b.
   */
  readonly mode: 'reflect' | 'replicate' | 'circular';
}

/**
 * Adds elements before and after those of an axis: equal ones, or by default zeros, or elements of the
 * axis itself, to which their gradients are added.
 *
 * @param x - Any shape but a scalar.
 * @throws {ShapeError} If `axis` is out of range, a count is not a non-negative integer, `reflect` or
 * `circular` needs more elements than there are, or the value is no element of the type of `x`.
 */
export function pad(x: Tensor, options: PadOptions): Tensor {
  const { before = 0, after = 0 } = options;
  const axis = resolveAxis('pad', options.axis, x.shape);
  if (![before, after].every((count) => Number.isInteger(count) && count >= 0)) {
    throw new ShapeError(`pad: ${before} before and ${after} after are not counts of elements`);
  }
  if (before + after === 0) return x;
  if (options.mode === undefined || options.mode === 'constant') {
    return padOp([x], { axis, before, after, value: options.value ?? 0 });
  }
  const { mode } = options;
  checkReach(x, mode, { axis, before, after });
  const border = (count: number, isBefore: boolean) =>
    count === 0 ? [] : [continuation(x, mode, { axis, count, isBefore })];
  return concat([...border(before, true), x, ...border(after, false)], axis);
}

function continuation(
  x: Tensor,
  mode: PadMode['mode'],
  { axis, count, isBefore }: { axis: number; count: number; isBefore: boolean },
): Tensor {
  const size = x.shape[axis] ?? 1;
  const part = (start: number) => slice(x, { axis, start, end: start + count });
  switch (mode) {
    case 'reflect':
      return flip(part(isBefore ? 1 : size - 1 - count), axis);
    case 'circular':
      return part(isBefore ? size - count : 0);
    case 'replicate': {
      const edge = isBefore ? 0 : size - 1;
      return slice(x, { axis, start: edge, end: edge + 1 }).expand(x.shape.with(axis, count));
    }
  }
}

function checkReach(
  x: Tensor,
  mode: PadMode['mode'],
  { axis, before, after }: Required<PadSize>,
): void {
  const size = x.shape[axis] ?? 0;
  const most = { reflect: size - 1, replicate: Infinity, circular: size }[mode];
  if (Math.max(before, after) > most) {
    throw new ShapeError(
      `pad: ${before} before and ${after} after are too many for mode ${mode} along axis ${axis} of ${formatShape(x.shape)}; it has ${most} elements for each side`,
    );
  }
}

/** The operation behind {@link pad} with one value. */
export const padOp = defineOp<{ axis: number; before: number; after: number; value: number }>({
  name: 'pad',
  accepts: 'any',
  shape: ([x = []], { axis, before, after }) =>
    x.map((size, i) => (i === axis ? size + before + after : size)),
  dtype: ([x = 'float32'], { value }) => {
    checkElement('pad', value, x);
    return x;
  },
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
    { shapes: [[2, 3]], params: { axis: 1, before: 1, after: 2, value: 1 } },
    { shapes: [[2, 3]], params: { axis: 0, before: 0, after: 1, value: 0 } },
    {
      shapes: [[2]],
      params: { axis: 0, before: 1, after: 0, value: -Infinity },
      dtypes: { 0: 'float32' },
      differentiable: 0,
    },
  ],
});
