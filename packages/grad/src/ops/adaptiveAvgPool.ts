import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { alongAxis } from './alongAxis.ts';
import { avgPoolOp } from './avgPool.ts';
import { perAxis, type PerAxis } from './window.ts';

/**
 * Means over windows that are as equal as they can be, to a given size: window i of n spans elements
 * floor(i length / n) to ceil((i + 1) length / n), so that neighbours may overlap. PyTorch's
 * `adaptive_avg_pool`, for any number of spatial axes.
 *
 * @param x - [batch, channels, ...size].
 * @param size - Spatial sizes of the result, or one for all.
 * @returns [batch, channels, ...size].
 * @throws {ShapeError} If x has no spatial axis.
 * @throws {ConfigError} If a size is not a positive whole number.
 */
export function adaptiveAvgPool(x: Tensor, size: PerAxis): Tensor {
  const lengths = x.shape.slice(2);
  checkSpace('adaptiveAvgPool', x);
  const sizes = perAxis('adaptiveAvgPool', 'size', { value: size, rank: lengths.length });
  const kernel = lengths.map((length, i) => length / (sizes[i] ?? 1));
  if (kernel.length <= 3 && kernel.every(Number.isInteger)) {
    const [none, ones] = [kernel.map(() => 0), kernel.map(() => 1)];
    const windows = { kernel, stride: kernel, dilation: ones, before: none, after: none };
    return avgPoolOp([x], { ...windows, countIncludePad: true });
  }
  return sizes.reduce((y, count, i) => alongAxis(y, i + 2, areaRows(lengths[i] ?? 1, count)), x);
}

/**
 * Mean of each channel.
 *
 * @param x - [batch, channels, ...size].
 * @returns [batch, channels].
 * @throws {ShapeError} If x has no spatial axis.
 */
export function globalAvgPool(x: Tensor): Tensor {
  checkSpace('globalAvgPool', x);
  return x.mean(x.shape.slice(2).map((_, i) => i + 2));
}

/** The matrix of adaptive means of an axis of `length` elements to `count`. */
export function areaRows(length: number, count: number): readonly (readonly number[])[] {
  return Array.from({ length: count }, (_, i) => {
    const start = Math.floor((i * length) / count);
    const end = Math.ceil(((i + 1) * length) / count);
    return Array.from({ length }, (__, j) => (j >= start && j < end ? 1 / (end - start) : 0));
  });
}

function checkSpace(operation: string, x: Tensor): void {
  if (x.rank < 3) {
    throw new ShapeError(
      `${operation}: x ${formatShape(x.shape)} has no spatial axis; expected [batch, channels, ...size]`,
    );
  }
}
