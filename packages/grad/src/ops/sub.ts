import type { Tensor } from '../tensor.ts';
import { applyBinary, defineBinary, type Operand } from './elementwise.ts';
import { uniformValue } from '../tensor.ts';
import { broadcastShapes } from '../shape.ts';

/**
 * Difference a - b, element by element.
 *
 * @param a - Any shape; a number takes the element type of `b`.
 * @param b - Any shape that broadcasts with `a`.
 * @returns The broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function sub(a: Operand, b: Operand): Tensor {
  return applyBinary(subOp, a, b);
}

/** The operation behind {@link sub}. */
export const subOp = defineBinary({
  name: 'sub',
  lower: 'Sub',
  vjp: ({ dy }) => [dy, dy.neg()],
  simplify: (a, b) =>
    uniformValue(b) === 0 ? a.expand(broadcastShapes('sub', a.shape, b.shape)) : null,
});
