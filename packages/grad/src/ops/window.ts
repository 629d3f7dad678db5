import { ConfigError, ShapeError } from '../errors.ts';
import { formatShape, type Shape } from '../shape.ts';

/** A whole number for each spatial axis, or one for all. */
export type PerAxis = number | readonly number[];

/**
 * Elements outside `x` that windows may reach: the same number on all sides, or for each spatial axis
 * one for both sides or [before, after].
 */
export type Padding = number | readonly (number | readonly [before: number, after: number])[];

/** How windows lie over the spatial axes; a list has an entry for each axis. */
export interface Windows extends Readonly<Record<string, unknown>> {
  readonly stride: readonly number[];
  /** Distance of neighbours within a window. */
  readonly dilation: readonly number[];
  readonly before: readonly number[];
  readonly after: readonly number[];
}

/** What {@link resolveWindows} reads. */
interface WindowOptions {
  /** Default 1. */
  readonly stride?: PerAxis | undefined;
  /** Default 0. `same` keeps the sizes and needs a stride of 1; an odd element goes to the end. */
  readonly padding?: Padding | 'same' | undefined;
  /** Default 1. */
  readonly dilation?: PerAxis | undefined;
}

/**
 * Windows with an entry for each axis of `kernel`.
 *
 * @throws {ConfigError} If a list has another length, an entry is out of range, or padding `same` meets
 * a stride.
 */
export function resolveWindows(operation: string, kernel: Shape, options: WindowOptions): Windows {
  const rank = kernel.length;
  const stride = perAxis(operation, 'stride', { value: options.stride ?? 1, rank });
  const dilation = perAxis(operation, 'dilation', { value: options.dilation ?? 1, rank });
  const { padding = 0 } = options;
  if (padding !== 'same') {
    return { stride, dilation, ...sides(operation, padding, rank) };
  }
  if (stride.some((step) => step !== 1)) {
    throw new ConfigError(
      `${operation}: padding 'same' needs a stride of 1, got ${formatShape(stride)}; give the padding in numbers`,
    );
  }
  const total = kernel.map((size, i) => (dilation[i] ?? 1) * (size - 1));
  const before = total.map((count) => Math.floor(count / 2));
  return { stride, dilation, before, after: total.map((count, i) => count - (before[i] ?? 0)) };
}

/**
 * One whole number of at least `least` for each axis.
 *
 * @throws {ConfigError} Otherwise.
 */
export function perAxis(
  operation: string,
  what: string,
  { value, rank, least = 1 }: { value: PerAxis; rank: number; least?: number },
): readonly number[] {
  const list = typeof value === 'number' ? Array<number>(rank).fill(value) : value;
  if (list.length !== rank || !list.every((n) => Number.isInteger(n) && n >= least)) {
    throw new ConfigError(
      `${operation}: ${what} = ${typeof value === 'number' ? value : formatShape(value)}; expected a whole number from ${least}, or one for each of ${rank} axes`,
    );
  }
  return [...list];
}

function sides(
  operation: string,
  padding: Padding,
  rank: number,
): Pick<Windows, 'before' | 'after'> {
  const list = typeof padding === 'number' ? Array<number>(rank).fill(padding) : padding;
  const pairs = list.map((side) => (typeof side === 'number' ? ([side, side] as const) : side));
  const isValid = pairs.every((pair) => pair.every((n) => Number.isInteger(n) && n >= 0));
  if (list.length !== rank || !isValid) {
    throw new ConfigError(
      `${operation}: padding = ${JSON.stringify(padding)}; expected counts of elements, one for all or one or two for each of ${rank} axes`,
    );
  }
  return { before: pairs.map(([before]) => before), after: pairs.map(([, after]) => after) };
}

/**
 * How many windows fit along each spatial axis.
 *
 * @throws {ShapeError} If none does.
 */
export function windowCounts(
  operation: string,
  { size, kernel }: { readonly size: Shape; readonly kernel: Shape },
  windows: Windows,
): Shape {
  const counts = size.map((length, i) => {
    const { stride, before, after } = axisOf(windows, i);
    return Math.floor((length + before + after - spanOf(kernel, windows, i)) / stride) + 1;
  });
  if (counts.some((count) => count < 1)) {
    throw new ShapeError(
      `${operation}: windows of ${formatShape(kernel)} with dilation ${formatShape(windows.dilation)} do not fit into ${formatShape(size)} with padding ${formatShape(windows.before)} and ${formatShape(windows.after)}`,
    );
  }
  return counts;
}

/** The settings of one axis. */
export function axisOf(windows: Windows, axis: number) {
  return {
    stride: windows.stride[axis] ?? 1,
    dilation: windows.dilation[axis] ?? 1,
    before: windows.before[axis] ?? 0,
    after: windows.after[axis] ?? 0,
  };
}

/** How many elements a window spans, gaps included. */
export function spanOf(kernel: Shape, windows: Windows, axis: number): number {
  return axisOf(windows, axis).dilation * ((kernel[axis] ?? 1) - 1) + 1;
}

/** The windows as ONNX attributes. */
export function windowAttributes(kernel: Shape, windows: Windows) {
  return {
    kernel_shape: kernel,
    strides: windows.stride,
    dilations: windows.dilation,
    pads: [...windows.before, ...windows.after],
  };
}

/** Options of pooling. */
export interface PoolOptions {
  /** Default the kernel. */
  readonly stride?: PerAxis;
  /** At most half the kernel on each side. Default 0. */
  readonly padding?: Padding;
  /** Default 1. */
  readonly dilation?: PerAxis;
}

/** Windows of pooling. */
export interface PoolParams extends Windows {
  readonly kernel: Shape;
}

/**
 * The windows of a pooling, by PyTorch's rules.
 *
 * @throws {ShapeError} If x has not two axes of batch and channels and `rank` of space.
 * @throws {ConfigError} If an option is out of range.
 */
export function resolvePool(
  operation: string,
  x: Shape,
  { kernel, rank, ...options }: PoolOptions & { readonly kernel: PerAxis; readonly rank: number },
): PoolParams {
  if (x.length !== rank + 2) {
    throw new ShapeError(
      `${operation}: x ${formatShape(x)} must have ${rank + 2} axes: batch, channels and ${rank} of space`,
    );
  }
  const sizes = perAxis(operation, 'kernel', { value: kernel, rank });
  const windows = resolveWindows(operation, sizes, { ...options, stride: options.stride ?? sizes });
  const isHalf = sizes.every(
    (size, i) => 2 * Math.max(windows.before[i] ?? 0, windows.after[i] ?? 0) <= size,
  );
  if (!isHalf) {
    throw new ConfigError(
      `${operation}: padding ${formatShape(windows.before)} and ${formatShape(windows.after)} is more than half the kernel ${formatShape(sizes)}`,
    );
  }
  return { ...windows, kernel: sizes };
}
