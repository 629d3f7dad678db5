import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';

/**
 * Tangent of x in radians, element by element.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function tan(x: Tensor): Tensor {
  return tanOp([x], {});
}

/** The operation behind {@link tan}. */
export const tanOp = defineUnary({
  name: 'tan',
  // ONNX Runtime has no float64 kernel of Tan.
  lower: (graph, x, dtype) =>
    dtype === 'float32' && graph.supports('Tan')
      ? graph.node('Tan', [x])
      : graph.node('Div', [graph.node('Sin', [x]), graph.node('Cos', [x])]),
  vjp: ({ y, dy }) => dy.mul(y.square().add(1)),
  samples: [
    { shapes: [[2, 3]], params: {}, domain: 'unit' },
    { shapes: [[5]], params: {}, values: { 0: [-1, -0.25, 0, 0.75, 1.25] } },
  ],
});
