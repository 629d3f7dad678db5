import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Negation -x, element by element.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function neg(x: Tensor): Tensor {
  return negOp([x], {});
}

/** The operation behind {@link neg}. */
export const negOp = defineUnary({
  name: 'neg',
  lower: 'Neg',
  vjp: ({ dy }) => dy.neg(),
  simplify: (x) => negOp.match(x)?.inputs[0] ?? null,
});
