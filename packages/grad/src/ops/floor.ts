import type { Tensor } from '../tensor.ts';
import { defineUnary, roundingSamples } from './elementwise.ts';

/**
 * Largest integer that is not above x, element by element; no gradient flows.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function floor(x: Tensor): Tensor {
  return floorOp([x], {});
}

/** The operation behind {@link floor}. */
export const floorOp = defineUnary({
  name: 'floor',
  lower: 'Floor',
  vjp: null,
  samples: roundingSamples,
});
