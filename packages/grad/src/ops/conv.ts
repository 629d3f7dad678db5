import { ConfigError, ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { convOp, convTransposeOp } from './convOps.ts';
import { perAxis, resolveWindows, spanOf, type Padding, type PerAxis } from './window.ts';

/** Options of convolutions. */
export interface ConvOptions {
  /** [out], added to each channel. Default none. */
  readonly bias?: Tensor;
  /** Default 1. */
  readonly stride?: PerAxis;
  /** Zeros around x. `same` keeps the sizes and needs a stride of 1. Default 0. */
  readonly padding?: Padding | 'same';
  /** Distance of neighbours in the kernel. Default 1. */
  readonly dilation?: PerAxis;
  /** Groups of channels that do not see each other; `in` of them make it depth-wise. Default 1. */
  readonly groups?: number;
}

/** Options of transposed convolutions: those of the convolution whose gradient they are. */
export interface ConvTransposeOptions extends Omit<ConvOptions, 'padding'> {
  /** Elements cut off on each side of the result. Default 0. */
  readonly padding?: Padding;
  /** Elements added behind the last, less than the stride. Default 0. */
  readonly outputPadding?: PerAxis;
}

/**
 * Convolution along one axis, without turning the kernel round, as PyTorch has it:
 * y[n, o, i] = bias[o] + sum over c, k of x[n, c, i stride + k dilation - padding] w[o, c, k].
 *
 * @param x - [batch, in, length].
 * @param w - [out, in / groups, taps].
 * @returns [batch, out, floor((length + paddings - dilation (taps - 1) - 1) / stride) + 1].
 * @throws {ShapeError} If the shapes do not fit together or the kernel does not fit into x.
 * @throws {ConfigError} If an option is out of range.
 */
export function conv1d(x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor {
  return conv('conv1d', [x, w], { ...options, rank: 1 });
}

/** {@link conv1d} along two axes: x [batch, in, height, width], w [out, in / groups, rows, columns]. */
export function conv2d(x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor {
  return conv('conv2d', [x, w], { ...options, rank: 2 });
}

/** {@link conv1d} along three axes, depth first. */
export function conv3d(x: Tensor, w: Tensor, options: ConvOptions = {}): Tensor {
  return conv('conv3d', [x, w], { ...options, rank: 3 });
}

/**
 * Transposed convolution along one axis: each element of x adds its multiple of the kernel to the
 * result, `stride` farther on than its neighbour's. It is the gradient of {@link conv1d} by its input.
 *
 * @param x - [batch, in, length].
 * @param w - [in, out / groups, taps], as in PyTorch.
 * @returns [batch, out, (length - 1) stride - paddings + dilation (taps - 1) + outputPadding + 1].
 * @throws {ShapeError} If the shapes do not fit together or nothing is left of the result.
 * @throws {ConfigError} If an option is out of range; PyTorch lets the output padding reach the
 * dilation too.
 */
export function convTranspose1d(x: Tensor, w: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return convTranspose('convTranspose1d', [x, w], { ...options, rank: 1 });
}

/** {@link convTranspose1d} along two axes: x [batch, in, height, width], w [in, out / groups, rows, columns]. */
export function convTranspose2d(x: Tensor, w: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return convTranspose('convTranspose2d', [x, w], { ...options, rank: 2 });
}

/** {@link convTranspose1d} along three axes, depth first. */
export function convTranspose3d(x: Tensor, w: Tensor, options: ConvTransposeOptions = {}): Tensor {
  return convTranspose('convTranspose3d', [x, w], { ...options, rank: 3 });
}

type Ranked<Options> = Options & { readonly rank: number };

function conv(
  operation: string,
  [x, w]: readonly [Tensor, Tensor],
  { rank, bias, groups = 1, ...options }: Ranked<ConvOptions>,
): Tensor {
  checkRanks(operation, [x, w], rank);
  checkGroups(operation, groups);
  const windows = resolveWindows(operation, w.shape.slice(2), options);
  return convOp(bias ? [x, w, bias] : [x, w], { ...windows, groups });
}

function convTranspose(
  operation: string,
  [x, w]: readonly [Tensor, Tensor],
  { rank, bias, groups = 1, outputPadding = 0, ...options }: Ranked<ConvTransposeOptions>,
): Tensor {
  checkRanks(operation, [x, w], rank);
  checkGroups(operation, groups);
  const kernel = w.shape.slice(2);
  const windows = resolveWindows(operation, kernel, options);
  const added = perAxis(operation, 'outputPadding', { value: outputPadding, rank, least: 0 });
  if (added.some((count, i) => count >= (windows.stride[i] ?? 1))) {
    throw new ConfigError(
      `${operation}: outputPadding = ${formatShape(added)} is not less than the stride ${formatShape(windows.stride)}`,
    );
  }
  const size = added.map((count, i) => {
    const sides = (windows.before[i] ?? 0) + (windows.after[i] ?? 0);
    const steps = ((x.shape[i + 2] ?? 1) - 1) * (windows.stride[i] ?? 1);
    return steps - sides + spanOf(kernel, windows, i) + count;
  });
  if (size.some((length) => length < 1)) {
    throw new ShapeError(
      `${operation}: of x ${formatShape(x.shape)} and a kernel ${formatShape(kernel)} the padding leaves ${formatShape(size)}; use less padding`,
    );
  }
  return convTransposeOp(bias ? [x, w, bias] : [x, w], { ...windows, groups, size });
}

function checkRanks(operation: string, [x, w]: readonly [Tensor, Tensor], rank: number): void {
  if (x.rank !== rank + 2 || w.rank !== rank + 2) {
    throw new ShapeError(
      `${operation}: x ${formatShape(x.shape)} and weight ${formatShape(w.shape)} must have ${rank + 2} axes each: two of channels and ${rank} of space`,
    );
  }
}

function checkGroups(operation: string, groups: number): void {
  if (!Number.isInteger(groups) || groups < 1) {
    throw new ConfigError(`${operation}: groups = ${groups} is not a positive whole number`);
  }
}
