import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * GELU: x times the normal distribution function of x, exact, element by element (arXiv:1606.08415).
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function gelu(x: Tensor): Tensor {
  return geluOp([x], {});
}

/** The operation behind {@link gelu}. */
export const geluOp = defineUnary({
  name: 'gelu',
  lower: (graph, x, dtype) => {
    const half = graph.node('Mul', [x, graph.scalar(0.5, dtype)]);
    const erf = graph.node('Erf', [graph.node('Mul', [x, graph.scalar(Math.SQRT1_2, dtype)])]);
    return graph.node('Mul', [half, graph.node('Add', [erf, graph.scalar(1, dtype)])]);
  },
  vjp: ({ x, dy }) => {
    const distribution = x.mul(Math.SQRT1_2).erf().add(1).mul(0.5);
    const density = x
      .square()
      .mul(-0.5)
      .exp()
      .mul(1 / Math.sqrt(2 * Math.PI));
    return dy.mul(distribution.add(x.mul(density)));
  },
});
