import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Angle in radians, from -pi/2 to pi/2, whose sine is x, element by element: NaN outside [-1, 1]; the
 * gradient at -1 and 1 is infinite.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function asin(x: Tensor): Tensor {
  return asinOp([x], {});
}

/** The operation behind {@link asin}. */
export const asinOp = defineUnary({
  name: 'asin',
  lower: 'Asin',
  vjp: ({ x, dy }) => dy.div(oneMinusSquare(x).sqrt()),
  domain: 'unit',
});

/** 1 - x^2 without the cancellation near 1. */
export function oneMinusSquare(x: Tensor): Tensor {
  return x.neg().add(1).mul(x.add(1));
}
