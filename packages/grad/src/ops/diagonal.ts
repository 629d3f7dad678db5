import { ShapeError } from '../errors.ts';
import { eye } from '../sequences.ts';
import { formatShape, resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { slice } from './slice.ts';
import { where } from './where.ts';

/** Which diagonal. */
export interface DiagonalOptions {
  /** How far above the main diagonal; negative lies below. Default 0. */
  readonly offset?: number;
  /** Rows and columns; negative counts from the end. Default [-2, -1] (PyTorch: [0, 1]). */
  readonly axes?: readonly [rows: number, columns: number];
}

/**
 * A diagonal of each matrix: y[..., i] = x[..., i, i + offset].
 *
 * @param x - Two axes or more.
 * @returns The other axes of `x`, then the diagonal.
 * @throws {ShapeError} If an axis is out of range, both are the same, or the diagonal has no elements.
 */
export function diagonal(x: Tensor, options: DiagonalOptions = {}): Tensor {
  const { offset = 0, axes = [-2, -1] } = options;
  const rowAxis = resolveAxis('diagonal', axes[0], x.shape);
  const columnAxis = resolveAxis('diagonal', axes[1], x.shape);
  const others = x.shape.map((_, i) => i).filter((axis) => axis !== rowAxis && axis !== columnAxis);
  const rows = x.shape[rowAxis] ?? 0;
  const columns = x.shape[columnAxis] ?? 0;
  const [row, column] = [Math.max(0, -offset), Math.max(0, offset)];
  const length = Math.min(rows - row, columns - column);
  if (rowAxis === columnAxis || !Number.isInteger(offset) || length < 1) {
    throw new ShapeError(
      `diagonal: ${formatShape(x.shape)} has no diagonal ${offset} in axes ${axes[0]} and ${axes[1]}`,
    );
  }
  const start = row * columns + column;
  const flat = x
    .transpose([...others, rowAxis, columnAxis])
    .reshape([...others.map((axis) => x.shape[axis] ?? 1), rows * columns]);
  const end = start + (length - 1) * (columns + 1) + 1;
  return slice(flat, { axis: -1, start, end, step: columns + 1 });
}

/**
 * Square matrices of zeros with `x` on a diagonal: y[..., i, i + offset] = x[..., i].
 *
 * @param x - [..., n].
 * @param offset - How far above the main diagonal; negative lies below. Default 0.
 * @returns [..., n + |offset|, n + |offset|].
 * @throws {ShapeError} If `x` is a scalar or `offset` is not an integer.
 */
export function diagonalEmbed(x: Tensor, offset = 0): Tensor {
  const axis = resolveAxis('diagonalEmbed', -1, x.shape);
  if (!Number.isSafeInteger(offset)) {
    throw new ShapeError(`diagonalEmbed: offset = ${offset} is not an integer`);
  }
  const n = x.shape[axis] ?? 1;
  // Choosing and not multiplying: 0 times infinity is not 0.
  const square = where(eye(n, { dtype: 'bool' }), x.reshape([...x.shape, 1]), 0);
  const [below, above] = [Math.max(0, -offset), Math.max(0, offset)];
  return square
    .pad({ axis: -2, before: below, after: above })
    .pad({ axis: -1, before: above, after: below });
}
