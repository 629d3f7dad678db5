import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * The same value as another node, so that a gradient can be taken with respect to this use of it
 * alone.
 */
export function alias(x: Tensor): Tensor {
  return aliasOp([x], {});
}

/** The operation behind {@link alias}. */
export const aliasOp = defineUnary({
  name: 'alias',
  accepts: 'any',
  lower: 'Identity',
  vjp: ({ dy }) => dy,
  simplify: (x) => x,
});
