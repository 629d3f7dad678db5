import type { DType } from '../dtype.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';
import { polynomial } from './polynomial.ts';

/**
 * e^x - 1, element by element, to full precision near 0 too.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function expm1(x: Tensor): Tensor {
  return expm1Op([x], {});
}

/** The operation behind {@link expm1}. */
export const expm1Op = defineUnary({
  name: 'expm1',
  lower: lowerExpm1,
  vjp: ({ y, dy }) => dy.mul(y.add(1)),
  samples: [
    { shapes: [[2, 3]], params: {} },
    { shapes: [[]], params: {} },
    // On both sides of where the series takes over, and at 0.
    { shapes: [[8]], params: {}, values: { 0: [-1e4, -0.51, -0.49, -1e-7, 0, 0.49, 0.51, 5] } },
    {
      shapes: [[4]],
      params: {},
      values: { 0: [-Infinity, 1e-30, 1e4, Infinity] },
      differentiable: 0,
    },
  ],
});

/** Near 0 the series x (1 + x/2! + x^2/3! + ...), because e^x there drops the digits of x. */
function lowerExpm1(graph: GraphBuilder, x: string, dtype: DType): string {
  // |x| <= 1/2 below; the first term left out is under 2e-8 and 5e-17 of the sum.
  const terms = dtype === 'float64' ? 14 : 8;
  let factorial = 1;
  const coefficients = Array.from({ length: terms }, (_, k) => 1 / (factorial *= k + 1));
  const near = graph.node('Mul', [x, polynomial(graph, x, coefficients, dtype)]);
  const far = graph.node('Sub', [graph.node('Exp', [x]), graph.scalar(1, dtype)]);
  const isNear = graph.node('Less', [graph.node('Abs', [x]), graph.scalar(0.5, dtype)]);
  return graph.node('Where', [isNear, near, far]);
}
