import { ShapeError } from '../errors.ts';
import { formatShape, resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Whole copies of a tensor side by side: [a, b] twice is [a, b, a, b].
 *
 * @param x - Any shape.
 * @param counts - How many copies along each axis.
 * @throws {ShapeError} If there is not one positive integer for each axis.
 */
export function tile(x: Tensor, counts: readonly number[]): Tensor {
  if (counts.length !== x.rank || !counts.every(isCount)) {
    throw new ShapeError(
      `tile: ${formatShape(counts)} is not one positive integer for each axis of ${formatShape(x.shape)}`,
    );
  }
  return x
    .reshape(x.shape.flatMap((size) => [1, size]))
    .expand(x.shape.flatMap((size, i) => [counts[i] ?? 1, size]))
    .reshape(x.shape.map((size, i) => size * (counts[i] ?? 1)));
}

/**
 * Copies of each element next to it: [a, b] twice is [a, a, b, b] (PyTorch's `repeat_interleave`).
 *
 * @param x - Any shape but a scalar.
 * @param count - Copies of each element.
 * @param axis - Negative counts from the end.
 * @throws {ShapeError} If `axis` is out of range or `count` is not a positive integer.
 */
export function repeat(x: Tensor, count: number, axis: number): Tensor {
  const resolved = resolveAxis('repeat', axis, x.shape);
  if (!isCount(count)) {
    throw new ShapeError(`repeat: count = ${count} is not a positive integer`);
  }
  return x
    .reshape(x.shape.toSpliced(resolved + 1, 0, 1))
    .expand(x.shape.toSpliced(resolved + 1, 0, count))
    .reshape(x.shape.with(resolved, (x.shape[resolved] ?? 1) * count));
}

function isCount(value: number): boolean {
  return Number.isSafeInteger(value) && value > 0;
}
