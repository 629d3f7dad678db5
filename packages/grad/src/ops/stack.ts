import { ShapeError } from '../errors.ts';
import { formatShape, resolveAxis, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { concat } from './concat.ts';
import { unsqueeze } from './reshape.ts';

/**
 * Joins tensors of one shape along a new axis.
 *
 * @param parts - One or more.
 * @param axis - The place of the new axis in the result; negative counts from the end. Default 0.
 * @throws {ShapeError} If there are no parts, their shapes differ or `axis` is out of range.
 */
export function stack(parts: readonly Tensor[], axis = 0): Tensor {
  const [first] = parts;
  if (first === undefined) throw new ShapeError('stack: no parts; expected one or more');
  const other = parts.find(({ shape }) => !sameShape(shape, first.shape));
  if (other !== undefined) {
    throw new ShapeError(
      `stack: shapes ${formatShape(first.shape)} and ${formatShape(other.shape)} differ`,
    );
  }
  const resolved = resolveAxis('stack', axis, [...first.shape, parts.length]);
  return concat(
    parts.map((part) => unsqueeze(part, resolved)),
    resolved,
  );
}
