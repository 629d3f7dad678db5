import { resolveAxes, type Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { slice } from './slice.ts';

/**
 * The elements along some axes in reverse.
 *
 * @param x - Any shape.
 * @param axes - Default all.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function flip(x: Tensor, axes?: Axes): Tensor {
  return resolveAxes('flip', axes, x.shape).reduce(
    (flipped, axis) => (x.shape[axis] === 1 ? flipped : slice(flipped, { axis, step: -1 })),
    x,
  );
}
