import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Square x * x, element by element.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function square(x: Tensor): Tensor {
  return squareOp([x], {});
}

/** The operation behind {@link square}. */
export const squareOp = defineUnary({
  name: 'square',
  lower: (graph, x) => graph.node('Mul', [x, x]),
  vjp: ({ x, dy }) => dy.mul(x.mul(2)),
});
