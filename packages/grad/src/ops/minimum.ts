import type { Tensor } from '../tensor.ts';
import { applyBinary, defineBinary, type Operand } from './elementwise.ts';
import { only } from './elementwise.ts';

/**
 * Smaller of a and b, element by element. Where they are equal each gets half of the gradient,
 * as in PyTorch.
 *
 * @param a - Any shape; a number takes the element type of `b`.
 * @param b - Any shape that broadcasts with `a`.
 * @returns The broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function minimum(a: Operand, b: Operand): Tensor {
  return applyBinary(minimumOp, a, b);
}

/** The operation behind {@link minimum}. */
export const minimumOp = defineBinary({
  name: 'minimum',
  lower: 'Min',
  vjp: ({ inputs: [a, b], dy }) => {
    const x = only(a, 'minimum');
    const other = only(b, 'minimum');
    const da = x.equal(other).where(dy.mul(0.5), x.less(other).where(dy, 0));
    return [da, dy.sub(da)];
  },
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      params: {},
      domain: 'distinct',
    },
    {
      shapes: [[3], [3]],
      params: {},
      values: { 0: [1, -0.0, 3], 1: [2, 0, -3] },
      differentiable: 1,
    },
  ],
});
