import { ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { less } from './less.ts';
import { lessEqual } from './lessEqual.ts';

/** Options of {@link searchSorted}. */
export interface SearchSortedOptions {
  /**
   * Where a value goes that equals elements: in front of them (`left`) or behind (`right`). Default
   * `left`.
   */
  readonly side?: 'left' | 'right';
}

/**
 * Where values would be inserted to keep rows sorted: how many elements of its row are smaller than each
 * value, or with side `right` not larger. By comparing each value with its whole row, n * m steps for n
 * values and m elements; no gradient flows.
 *
 * @param sorted - [..., elements], ascending; fewer than 2^24 in a row.
 * @param values - [..., n], with the leading axes of `sorted`; any shape if `sorted` has one axis.
 * @returns int64, the shape of `values`; each from 0 to `elements`.
 * @throws {ShapeError} If the leading axes or the element types differ.
 */
export function searchSorted(
  sorted: Tensor,
  values: Tensor,
  options: SearchSortedOptions = {},
): Tensor {
  const rows = sorted.shape.slice(0, -1);
  const isFitting = rows.length === 0 || sameShape(rows, values.shape.slice(0, -1));
  if (sorted.rank === 0 || !isFitting) {
    throw new ShapeError(
      `searchSorted: values ${formatShape(values.shape)} do not fit rows ${formatShape(sorted.shape)}`,
    );
  }
  const elements =
    sorted.rank === 1 ? sorted : sorted.reshape([...rows, 1, sorted.shape.at(-1) ?? 1]);
  const wanted = values.reshape([...values.shape, 1]);
  const { side = 'left' } = options;
  const isBefore = side === 'left' ? less(elements, wanted) : lessEqual(elements, wanted);
  return isBefore.cast('float32').sum(-1).cast('int64');
}
