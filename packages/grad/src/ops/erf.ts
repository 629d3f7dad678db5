import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Error function 2/sqrt(pi) times the integral of e^(-t^2) from 0 to x, element by element.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function erf(x: Tensor): Tensor {
  return erfOp([x], {});
}

/** The operation behind {@link erf}. */
export const erfOp = defineUnary({
  name: 'erf',
  lower: 'Erf',
  vjp: ({ x, dy }) =>
    dy.mul(
      x
        .square()
        .neg()
        .exp()
        .mul(2 / Math.sqrt(Math.PI)),
    ),
});
