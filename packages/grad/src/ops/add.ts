import type { Tensor } from '../tensor.ts';
import { applyBinary, defineBinary, type Operand } from './elementwise.ts';
import { uniformValue } from '../tensor.ts';
import { broadcastShapes } from '../shape.ts';

/**
 * Sum a + b, element by element.
 *
 * @param a - Any shape; a number takes the element type of `b`.
 * @param b - Any shape that broadcasts with `a`.
 * @returns The broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function add(a: Operand, b: Operand): Tensor {
  return applyBinary(addOp, a, b);
}

/** The operation behind {@link add}. */
export const addOp = defineBinary({
  name: 'add',
  lower: 'Add',
  vjp: ({ dy }) => [dy, dy],
  simplify: (a, b) => {
    if (uniformValue(b) === 0) return a.expand(broadcastShapes('add', a.shape, b.shape));
    if (uniformValue(a) === 0) return b.expand(broadcastShapes('add', a.shape, b.shape));
    return null;
  },
});
