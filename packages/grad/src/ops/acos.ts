import type { Tensor } from '../tensor.ts';
import { oneMinusSquare } from './asin.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Angle in radians, from 0 to pi, whose cosine is x, element by element: NaN outside [-1, 1]; the
 * gradient at -1 and 1 is infinite.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function acos(x: Tensor): Tensor {
  return acosOp([x], {});
}

/** The operation behind {@link acos}. */
export const acosOp = defineUnary({
  name: 'acos',
  lower: 'Acos',
  vjp: ({ x, dy }) => dy.div(oneMinusSquare(x).sqrt()).neg(),
  domain: 'unit',
});
