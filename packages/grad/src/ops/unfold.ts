import type { DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { formatShape, sizeOf, type Shape } from '../shape.ts';
import { tensor, type Tensor } from '../tensor.ts';
import { convOp, convTransposeOp } from './convOps.ts';
import { perAxis, resolveWindows, windowCounts, type Padding, type PerAxis } from './window.ts';

/** Options of {@link unfold} and {@link fold}. */
export interface UnfoldOptions {
  /** Size of a window. */
  readonly kernel: PerAxis;
  /** Default 1. */
  readonly stride?: PerAxis;
  /** Zeros around x. Default 0. */
  readonly padding?: Padding;
  /** Distance of neighbours in a window. Default 1. */
  readonly dilation?: PerAxis;
}

/**
 * The windows of x as columns (im2col): what a convolution multiplies with its weights. PyTorch's
 * `unfold`, for one to three spatial axes.
 *
 * @param x - [batch, channels, ...size].
 * @returns [batch, channels taps, windows]; row c taps + k is tap k of channel c.
 * @throws {ShapeError} If x has no spatial axis or no window fits.
 * @throws {ConfigError} If an option is out of range.
 */
export function unfold(x: Tensor, options: UnfoldOptions): Tensor {
  const [batch = 1, channels = 1, ...size] = x.shape;
  checkRank('unfold', x, size.length);
  const kernel = kernelOf('unfold', size, options);
  const windows = resolveWindows('unfold', kernel, options);
  const picks = picksOf(channels, kernel, x.dtype);
  const columns = convOp([x, picks], { ...windows, groups: channels });
  return columns.reshape([batch, channels * sizeOf(kernel), -1]);
}

/**
 * The transpose of {@link unfold}: adds up the columns where their windows lie (col2im).
 *
 * @param columns - [batch, channels taps, windows].
 * @param size - Spatial sizes of the result.
 * @returns [batch, channels, ...size].
 * @throws {ShapeError} If the columns do not fit to the windows of such a tensor.
 * @throws {ConfigError} If an option is out of range.
 */
export function fold(columns: Tensor, size: Shape, options: UnfoldOptions): Tensor {
  const kernel = kernelOf('fold', size, options);
  const windows = resolveWindows('fold', kernel, options);
  const counts = windowCounts('fold', { size, kernel }, windows);
  const taps = sizeOf(kernel);
  const [batch = 1, rows = 1, positions] = columns.shape;
  if (columns.rank !== 3 || rows % taps !== 0 || positions !== sizeOf(counts)) {
    throw new ShapeError(
      `fold: columns ${formatShape(columns.shape)} do not fit windows of ${formatShape(kernel)} in ${formatShape(size)}; expected [batch, channels ${taps}, ${sizeOf(counts)}]`,
    );
  }
  const channels = rows / taps;
  const picks = picksOf(channels, kernel, columns.dtype);
  const planes = columns.reshape([batch, rows, ...counts]);
  return convTransposeOp([planes, picks], { ...windows, groups: channels, size });
}

function checkRank(operation: string, x: Tensor, rank: number): void {
  if (rank < 1 || rank > 3) {
    throw new ShapeError(
      `${operation}: x ${formatShape(x.shape)} must have two axes of batch and channels and one to three of space`,
    );
  }
}

function kernelOf(operation: string, size: Shape, { kernel }: UnfoldOptions): Shape {
  return perAxis(operation, 'kernel', { value: kernel, rank: size.length });
}

/** For each channel one kernel for each tap, which picks that tap. */
function picksOf(channels: number, kernel: Shape, dtype: DType): Tensor {
  const taps = sizeOf(kernel);
  const values = Array.from({ length: channels * taps * taps }, (_, i) =>
    Number(i % taps === Math.floor(i / taps) % taps),
  );
  return tensor(values, { shape: [channels * taps, 1, ...kernel], dtype });
}
