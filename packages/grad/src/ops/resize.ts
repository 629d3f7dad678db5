import { ConfigError, ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { areaRows } from './adaptiveAvgPool.ts';
import { alongAxis } from './alongAxis.ts';
import { perAxis, type PerAxis } from './window.ts';

/** How {@link resize} reads between elements. */
export type ResizeMode = 'nearest' | 'linear' | 'cubic' | 'area';

/** The target of {@link resize}, and how to get there. */
export type ResizeOptions = (
  | {
      /** Spatial sizes of the result, or one for all. */
      readonly size: PerAxis;
    }
  | {
      /** Factors, or one for all; sizes are rounded down. The factor itself places the elements. */
      readonly scale: number | readonly number[];
    }
) & {
  readonly mode: ResizeMode;
  /**
   * Whether the centres of the first and last elements lie on those of x, instead of the outer edges;
   * for `linear` and `cubic` only. Default false.
   */
  readonly alignCorners?: boolean;
};

/**
 * Another spatial size, exactly as PyTorch's `interpolate` without antialiasing: `nearest` (the
 * element in which the left edge falls, not the centre), `linear` (its linear, bilinear or trilinear,
 * by the number of axes), `cubic` (its bicubic: the kernel with a = -0.75 of Keys, 1981) and `area`
 * (adaptive means). Each axis is a product with a constant matrix, so an infinite or undefined element
 * spoils its whole line.
 *
 * @param x - [batch, channels, ...size].
 * @returns [batch, channels, ...new size].
 * @throws {ShapeError} If x has no spatial axis or a size would be 0.
 * @throws {ConfigError} If a size or scale is out of range or `alignCorners` meets another mode.
 */
export function resize(x: Tensor, options: ResizeOptions): Tensor {
  const lengths = x.shape.slice(2);
  const { mode, alignCorners = false } = options;
  if (lengths.length === 0) {
    throw new ShapeError(
      `resize: x ${formatShape(x.shape)} has no spatial axis; expected [batch, channels, ...size]`,
    );
  }
  if (alignCorners && (mode === 'nearest' || mode === 'area')) {
    throw new ConfigError(`resize: alignCorners has no meaning for ${mode}; leave it out`);
  }
  return axesOf(lengths, options).reduce((y, axis, i) => {
    if (axis.count === axis.length && axis.step === 1) return y;
    return alongAxis(y, i + 2, rowsOf(mode, axis, alignCorners));
  }, x);
}

interface Axis {
  readonly length: number;
  readonly count: number;
  /** Elements of x from one element of the result to the next. */
  readonly step: number;
}

function axesOf(lengths: readonly number[], options: ResizeOptions): readonly Axis[] {
  const rank = lengths.length;
  if ('size' in options) {
    const counts = perAxis('resize', 'size', { value: options.size, rank });
    return lengths.map((length, i) => {
      const count = counts[i] ?? 1;
      return { length, count, step: length / count };
    });
  }
  const { scale } = options;
  const scales = typeof scale === 'number' ? Array<number>(rank).fill(scale) : scale;
  if (scales.length !== rank || !scales.every((factor) => factor > 0 && Number.isFinite(factor))) {
    throw new ConfigError(
      `resize: scale = ${typeof scale === 'number' ? scale : formatShape(scale)}; expected a positive number, or one for each of ${rank} axes`,
    );
  }
  return lengths.map((length, i) => {
    const factor = scales[i] ?? 1;
    const count = Math.floor(length * factor);
    if (count < 1) {
      throw new ShapeError(
        `resize: ${length} elements times ${factor} leave none; use a larger scale`,
      );
    }
    return { length, count, step: 1 / factor };
  });
}

/** The matrix of one axis. */
function rowsOf(
  mode: ResizeMode,
  axis: Axis,
  alignCorners: boolean,
): readonly (readonly number[])[] {
  const { length, count } = axis;
  if (mode === 'area') return areaRows(length, count);
  return Array.from({ length: count }, (_, i) => {
    const row = Array<number>(length).fill(0);
    const put = (at: number, weight: number) => {
      const inside = Math.min(Math.max(at, 0), length - 1);
      row[inside] = (row[inside] ?? 0) + weight;
    };
    if (mode === 'nearest') {
      // In float32, as PyTorch computes it, because a product next to an integer decides.
      put(Math.floor(Math.fround(Math.fround(axis.step) * i)), 1);
      return row;
    }
    const from = sourceOf(axis, i, alignCorners);
    if (mode === 'linear') {
      const inside = Math.max(from, 0);
      const below = Math.floor(inside);
      put(below, 1 - (inside - below));
      put(below + 1, inside - below);
      return row;
    }
    const below = Math.floor(from);
    [-1, 0, 1, 2].forEach((offset) => put(below + offset, cubicWeight(from - below - offset)));
    return row;
  });
}

/** Where element i of the result lies between those of x. */
function sourceOf({ length, count, step }: Axis, i: number, alignCorners: boolean): number {
  if (alignCorners) return count > 1 ? (i * (length - 1)) / (count - 1) : 0;
  return (i + 0.5) * step - 0.5;
}

/** Keys' kernel: 1 at 0, 0 at other integers and beyond 2, with a continuous slope of a at 1. */
function cubicWeight(distance: number): number {
  const a = -0.75;
  const d = Math.abs(distance);
  if (d <= 1) return (a + 2) * d ** 3 - (a + 3) * d ** 2 + 1;
  return d < 2 ? a * d ** 3 - 5 * a * d ** 2 + 8 * a * d - 4 * a : 0;
}
