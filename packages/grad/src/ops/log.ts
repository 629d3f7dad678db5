import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Natural logarithm, element by element: -infinity at 0, NaN below.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function log(x: Tensor): Tensor {
  return logOp([x], {});
}

/** The operation behind {@link log}. */
export const logOp = defineUnary({
  name: 'log',
  lower: 'Log',
  vjp: ({ x, dy }) => dy.div(x),
  domain: 'positive',
});
