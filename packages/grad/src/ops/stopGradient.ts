import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * The same value, through which no gradient flows.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function stopGradient(x: Tensor): Tensor {
  return stopGradientOp([x], {});
}

/** The operation behind {@link stopGradient}. */
export const stopGradientOp = defineUnary({
  name: 'stopGradient',
  accepts: 'any',
  lower: 'Identity',
  vjp: null,
  simplify: (x) => x,
});
