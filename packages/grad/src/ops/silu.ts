import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * SiLU (swish): x / (1 + e^-x), element by element (arXiv:1702.03118).
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function silu(x: Tensor): Tensor {
  return siluOp([x], {});
}

/** The operation behind {@link silu}. */
export const siluOp = defineUnary({
  name: 'silu',
  lower: (graph, x) => graph.node('Mul', [x, graph.node('Sigmoid', [x])]),
  vjp: ({ x, y, dy }) => {
    const s = x.sigmoid();
    // (x s)' = s + x s (1 - s), and x s = y is already at hand.
    return dy.mul(s.add(y.sub(y.mul(s))));
  },
});
