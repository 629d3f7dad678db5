import type { Tensor } from '../tensor.ts';
import type { Operand } from './elementwise.ts';
import { equal } from './equal.ts';
import { logicalNot } from './logicalNot.ts';

/**
 * Whether a and b differ, element by element, as bool; NaN differs from everything. No gradient flows.
 *
 * @param a - Any shape; a number takes the element type of `b`.
 * @param b - Any shape that broadcasts with `a`.
 * @returns The broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function notEqual(a: Operand, b: Operand): Tensor {
  return logicalNot(equal(a, b));
}
