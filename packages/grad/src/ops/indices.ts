import type { DType } from '../dtype.ts';
import { ShapeError } from '../errors.ts';
import { formatShape, sameShape, type Shape } from '../shape.ts';
import { contentOf, type Tensor } from '../tensor.ts';

/**
 * Checks that indices are of an integer type.
 *
 * @throws {ShapeError} Otherwise.
 */
export function checkIndexType(operation: string, dtype: DType | undefined): void {
  if (dtype !== 'int32' && dtype !== 'int64') {
    throw new ShapeError(`${operation}: indices are ${dtype}; expected int32 or int64`);
  }
}

/**
 * Checks that constant indices lie within an axis; nothing is known of others before the run.
 *
 * @param size - Of the axis that the indices point into.
 * @throws {ShapeError} If one is not from 0 to size - 1.
 */
export function checkIndexRange(operation: string, indices: Tensor, size: number): void {
  const { constant } = indices.node;
  if (constant === undefined) return;
  const content = contentOf(constant);
  const values = typeof content === 'number' ? [content] : Array.from(content, Number);
  const position = values.findIndex((value) => value < 0 || value >= size);
  if (position >= 0) {
    throw new ShapeError(
      `${operation}: index ${values[position]} at position ${position} is out of range for an axis of size ${size}; expected 0 to ${size - 1}`,
    );
  }
}

/**
 * Checks that indices along an axis have the sizes of `x` in every other axis.
 *
 * @param shapes - Of `x`, the indices and, where there are some, the values: that of the indices.
 * @throws {ShapeError} Otherwise.
 */
export function checkAlongAxis(
  operation: string,
  [x = [], indices = [], values = indices]: readonly Shape[],
  axis: number,
): void {
  if (x.length !== indices.length || x.some((size, i) => i !== axis && size !== indices[i])) {
    throw new ShapeError(
      `${operation}: indices ${formatShape(indices)} do not fit ${formatShape(x)}; sizes may differ along axis ${axis} only`,
    );
  }
  if (!sameShape(indices, values)) {
    throw new ShapeError(
      `${operation}: values ${formatShape(values)} do not have the shape of indices ${formatShape(indices)}`,
    );
  }
}
