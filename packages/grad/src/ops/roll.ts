import { ShapeError } from '../errors.ts';
import { resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { concat } from './concat.ts';
import { slice } from './slice.ts';

/**
 * Moves the elements along an axis; what leaves at one end comes in at the other: y[i] = x[i - shift].
 *
 * @param x - Any shape.
 * @param shift - Towards higher indices; may be negative or larger than the axis.
 * @param axis - Negative counts from the end.
 * @throws {ShapeError} If `axis` is out of range or `shift` is not an integer.
 */
export function roll(x: Tensor, shift: number, axis: number): Tensor {
  const resolved = resolveAxis('roll', axis, x.shape);
  if (!Number.isSafeInteger(shift)) {
    throw new ShapeError(`roll: shift = ${shift} is not an integer`);
  }
  const size = x.shape[resolved] ?? 1;
  const start = (size - (shift % size)) % size;
  if (start === 0) return x;
  const head = slice(x, { axis: resolved, end: start });
  return concat([slice(x, { axis: resolved, start }), head], resolved);
}
