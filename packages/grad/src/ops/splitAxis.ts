import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, resolveAxis } from '../shape.ts';
import { zeros, type Tensor } from '../tensor.ts';
import { concat } from './concat.ts';
import { squeeze } from './reshape.ts';

/**
 * Cuts an axis into consecutive parts.
 *
 * @param x - Any shape.
 * @param parts - The sizes of the parts, or the number of equal parts (not their size, as in PyTorch).
 * @param axis - Negative counts from the end.
 * @throws {ShapeError} If `axis` is out of range or the parts are not positive integers that fill it.
 */
export function splitAxis(
  x: Tensor,
  parts: number | readonly number[],
  axis: number,
): readonly Tensor[] {
  const resolved = resolveAxis('splitAxis', axis, x.shape);
  const size = x.shape[resolved] ?? 0;
  const sizes =
    typeof parts === 'number'
      ? Array.from({ length: Math.max(Math.trunc(parts), 1) }, () => size / parts)
      : parts;
  const isFilled = sizes.reduce((sum, part) => sum + part, 0) === size;
  if (!isFilled || !sizes.every((part) => Number.isInteger(part) && part > 0)) {
    throw new ShapeError(
      `splitAxis: axis ${resolved} of ${formatShape(x.shape)} has size ${size} and cannot be cut into ${typeof parts === 'number' ? `${parts} equal parts` : `parts of ${formatShape(parts)}`}`,
    );
  }
  return sizes.length === 1 ? [x] : splitAxisOp.all([x], { axis: resolved, sizes });
}

/**
 * The slices of an axis, without it: `x[0]`, `x[1]` and so on along axis 0. The inverse of `stack`.
 *
 * @param x - Any shape but a scalar.
 * @param axis - Negative counts from the end. Default 0.
 * @throws {ShapeError} If `axis` is out of range.
 */
export function unstack(x: Tensor, axis = 0): readonly Tensor[] {
  const resolved = resolveAxis('unstack', axis, x.shape);
  return splitAxis(x, x.shape[resolved] ?? 1, resolved).map((part) => squeeze(part, resolved));
}

/** The operation behind {@link splitAxis}. */
export const splitAxisOp = defineOp<{ axis: number; sizes: readonly number[] }>({
  name: 'splitAxis',
  accepts: 'any',
  shape: ([x = []], { axis, sizes }) => sizes.map((size) => x.with(axis, size)),
  dtype: ([x = 'float32'], { sizes }) => sizes.map(() => x),
  lower: (graph, [x = ''], { axis, sizes }) =>
    graph.multi('Split', [x, graph.int64s(sizes)], sizes.length, { axis }),
  vjp: ({ outputs, dys }, { axis }) => [
    concat(
      outputs.map((y, i) => dys[i] ?? zeros(y.shape, y.dtype)),
      axis,
    ),
  ],
  samples: [
    { shapes: [[2, 6]], params: { axis: 1, sizes: [1, 3, 2] } },
    { shapes: [[4]], params: { axis: 0, sizes: [2, 2] } },
  ],
});
