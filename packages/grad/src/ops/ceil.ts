import type { Tensor } from '../tensor.ts';
import { defineUnary, roundingSamples } from './elementwise.ts';

/**
 * Smallest integer that is not below x, element by element; no gradient flows.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function ceil(x: Tensor): Tensor {
  return ceilOp([x], {});
}

/** The operation behind {@link ceil}. */
export const ceilOp = defineUnary({
  name: 'ceil',
  lower: 'Ceil',
  vjp: null,
  samples: roundingSamples,
});
