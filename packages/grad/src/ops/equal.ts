import type { Tensor } from '../tensor.ts';
import { applyBinary, defineBinary, type Operand } from './elementwise.ts';

/**
 * Whether a = b, element by element, as bool; no gradient flows.
 *
 * @param a - Any shape; a number takes the element type of `b`.
 * @param b - Any shape that broadcasts with `a`.
 * @returns The broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function equal(a: Operand, b: Operand): Tensor {
  return applyBinary(equalOp, a, b);
}

/** The operation behind {@link equal}. */
export const equalOp = defineBinary({
  name: 'equal',
  accepts: 'same',
  lower: 'Equal',
  vjp: null,
  dtype: 'bool',
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      params: {},
    },
    { shapes: [[4], []], params: {}, values: { 0: [-1, 0, 2, 2], 1: [2] } },
  ],
});
