import type { Tensor } from '../tensor.ts';
import { applyBinary, defineBinary, type Operand } from './elementwise.ts';
import { only } from './elementwise.ts';
import { uniformValue } from '../tensor.ts';
import { broadcastShapes } from '../shape.ts';

/**
 * Product a b, element by element.
 *
 * @param a - Any shape; a number takes the element type of `b`.
 * @param b - Any shape that broadcasts with `a`.
 * @returns The broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function mul(a: Operand, b: Operand): Tensor {
  return applyBinary(mulOp, a, b);
}

/** The operation behind {@link mul}. */
export const mulOp = defineBinary({
  name: 'mul',
  lower: 'Mul',
  vjp: ({ inputs: [a, b], dy }) => [dy.mul(only(b, 'mul')), dy.mul(only(a, 'mul'))],
  simplify: (a, b) => {
    if (uniformValue(b) === 1) return a.expand(broadcastShapes('mul', a.shape, b.shape));
    if (uniformValue(a) === 1) return b.expand(broadcastShapes('mul', a.shape, b.shape));
    return null;
  },
});
