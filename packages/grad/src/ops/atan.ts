import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Angle in radians, between -pi/2 and pi/2, whose tangent is x, element by element. See `atan2` for all
 * four quadrants.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function atan(x: Tensor): Tensor {
  return atanOp([x], {});
}

/** The operation behind {@link atan}. */
export const atanOp = defineUnary({
  name: 'atan',
  lower: 'Atan',
  vjp: ({ x, dy }) => dy.div(x.square().add(1)),
  samples: [
    { shapes: [[2, 3]], params: {} },
    { shapes: [[7]], params: {}, values: { 0: [-1e30, -1e4, -1, 0, 1, 1e4, 1e30] } },
  ],
});
