import type { Tensor } from '../tensor.ts';
import { applyBinary, defineBinary, type Operand } from './elementwise.ts';
import { only } from './elementwise.ts';
import { uniformValue } from '../tensor.ts';
import { broadcastShapes } from '../shape.ts';

/**
 * Quotient a / b, element by element; integers are cut towards zero.
 *
 * @param a - Any shape; a number takes the element type of `b`.
 * @param b - Any shape that broadcasts with `a`.
 * @returns The broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function div(a: Operand, b: Operand): Tensor {
  return applyBinary(divOp, a, b);
}

/** The operation behind {@link div}. */
export const divOp = defineBinary({
  name: 'div',
  lower: 'Div',
  vjp: ({ inputs: [, b], y, dy }) => {
    const da = dy.div(only(b, 'div'));
    return [da, da.mul(y).neg()];
  },
  domain: 'nonzero',
  simplify: (a, b) =>
    uniformValue(b) === 1 ? a.expand(broadcastShapes('div', a.shape, b.shape)) : null,
});
