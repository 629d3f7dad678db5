import { ShapeError } from './errors.ts';

/** Sizes of a tensor, outermost first; `[]` is a scalar. */
export type Shape = readonly number[];

/** Number of elements of a tensor of this shape. */
export function sizeOf(shape: Shape): number {
  return shape.reduce((product, size) => product * size, 1);
}

/** Whether two shapes are the same, element by element. */
export function sameShape(a: Shape, b: Shape): boolean {
  return a.length === b.length && a.every((size, i) => size === b[i]);
}

/** A shape as it stands in messages: `[32, 784]`. */
export function formatShape(shape: Shape): string {
  return `[${shape.join(', ')}]`;
}

/**
 * Checks that every size is a positive integer.
 *
 * @throws {ShapeError} Otherwise; tensors without elements are rejected because ONNX Runtime's kernels
 * differ on them.
 */
export function checkShape(operation: string, shape: Shape): void {
  if (!shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    throw new ShapeError(
      `${operation}: shape ${formatShape(shape)} has a size that is not a positive integer; tensors without elements are not supported`,
    );
  }
}

/**
 * The shape that NumPy's rule gives: sizes are aligned at the end and must be equal or 1.
 *
 * @throws {ShapeError} If they are neither.
 */
export function broadcastShapes(operation: string, ...shapes: readonly Shape[]): Shape {
  const rank = Math.max(...shapes.map((shape) => shape.length));
  const result = Array<number>(rank).fill(1);
  for (const shape of shapes) {
    shape.forEach((size, i) => {
      const at = rank - shape.length + i;
      if (size !== 1 && result[at] !== 1 && result[at] !== size) {
        throw new ShapeError(
          `${operation}: cannot broadcast ${shapes.map(formatShape).join(' with ')} (${result[at]} and ${size}); sizes must be equal or 1`,
        );
      }
      if (size !== 1) result[at] = size;
    });
  }
  return result;
}

/**
 * An axis counted from the start.
 *
 * @throws {ShapeError} If `axis` is not an integer from -rank to rank - 1.
 */
export function resolveAxis(operation: string, axis: number, shape: Shape): number {
  const rank = shape.length;
  if (!Number.isInteger(axis) || axis < -rank || axis >= rank) {
    throw new ShapeError(
      `${operation}: axis ${axis} is out of range for shape ${formatShape(shape)}; expected ${rank === 0 ? 'no axis at all' : `-${rank} to ${rank - 1}`}`,
    );
  }
  return axis < 0 ? axis + rank : axis;
}

/** Which axes an operation works along: all by default. */
export type Axes = number | readonly number[] | undefined;

/**
 * Axes counted from the start, ascending; `undefined` stands for all.
 *
 * @throws {ShapeError} If one is out of range or named twice.
 */
export function resolveAxes(operation: string, axes: Axes, shape: Shape): readonly number[] {
  if (axes === undefined) return shape.map((_, i) => i);
  const list = typeof axes === 'number' ? [axes] : axes;
  const resolved = list.map((axis) => resolveAxis(operation, axis, shape));
  if (new Set(resolved).size !== resolved.length) {
    throw new ShapeError(`${operation}: axes ${formatShape(list)} name an axis twice`);
  }
  return resolved.toSorted((a, b) => a - b);
}

/** The shape left after a reduction along `axes` (resolved). */
export function reducedShape(shape: Shape, axes: readonly number[], keepDims: boolean): Shape {
  return keepDims
    ? shape.map((size, i) => (axes.includes(i) ? 1 : size))
    : shape.filter((_, i) => !axes.includes(i));
}
