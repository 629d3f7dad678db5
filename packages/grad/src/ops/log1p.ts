import type { DType } from '../dtype.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';
import { polynomial } from './polynomial.ts';

/**
 * log(1 + x), element by element, to full precision near 0 too: -infinity at -1, NaN below.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function log1p(x: Tensor): Tensor {
  return log1pOp([x], {});
}

/** The operation behind {@link log1p}. */
export const log1pOp = defineUnary({
  name: 'log1p',
  lower: lowerLog1p,
  vjp: ({ x, dy }) => dy.div(x.add(1)),
  samples: [
    { shapes: [[2, 3]], params: {}, domain: 'positive' },
    { shapes: [[]], params: {}, domain: 'unit' },
    // On both sides of where the series takes over, and at 0.
    { shapes: [[8]], params: {}, values: { 0: [-0.75, -0.34, -0.33, -1e-7, 0, 0.49, 0.51, 1e4] } },
    {
      shapes: [[5]],
      params: {},
      values: { 0: [-2, -1, 1e-30, 1e30, Infinity] },
      differentiable: 0,
    },
  ],
});

/**
 * Near 0 not log(1 + x), whose sum drops the digits of x, but with s = x / (2 + x) the series
 * log((1 + s) / (1 - s)) = 2 (s + s^3/3 + s^5/5 + ...).
 */
function lowerLog1p(graph: GraphBuilder, x: string, dtype: DType): string {
  const two = graph.scalar(2, dtype);
  const s = graph.node('Div', [x, graph.node('Add', [x, two])]);
  // |s| <= 1/5 below; the first term left out is under 1e-8 and 2e-17 of the sum.
  const terms = dtype === 'float64' ? 11 : 5;
  const coefficients = Array.from({ length: terms }, (_, k) => 2 / (2 * k + 1));
  const near = graph.node('Mul', [
    s,
    polynomial(graph, graph.node('Mul', [s, s]), coefficients, dtype),
  ]);
  const far = graph.node('Log', [graph.node('Add', [x, graph.scalar(1, dtype)])]);
  const isNear = graph.node('Less', [graph.node('Abs', [s]), graph.scalar(0.2, dtype)]);
  return graph.node('Where', [isNear, near, far]);
}
