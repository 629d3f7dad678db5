import type { Tensor } from '../tensor.ts';
import { defineUnary } from './elementwise.ts';
import { sub } from './sub.ts';

/** Options of {@link gelu}. */
export interface GeluOptions {
  /** `tanh` for the approximation of GPT-2 and BERT, within 5e-4 of the exact function. Default `none`. */
  readonly approximation?: 'none' | 'tanh';
}

/**
 * GELU (arXiv:1606.08415), element by element: x times the normal distribution function of x, or
 * x / 2 (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))).
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function gelu(x: Tensor, options: GeluOptions = {}): Tensor {
  return options.approximation === 'tanh' ? geluTanhOp([x], {}) : geluOp([x], {});
}

const samples = [
  { shapes: [[2, 3]], params: {} },
  { shapes: [[]], params: {} },
  { shapes: [[6]], params: {}, values: { 0: [-1e4, -9, -1e-3, 0, 9, 1e4] } },
];

/** The operation behind {@link gelu}. */
export const geluOp = defineUnary({
  name: 'gelu',
  lower: (graph, x, dtype) => {
    if (graph.supports('Gelu') && dtype === 'float32') return graph.node('Gelu', [x]);
    const half = graph.node('Mul', [x, graph.scalar(0.5, dtype)]);
    const erf = graph.node('Erf', [graph.node('Mul', [x, graph.scalar(Math.SQRT1_2, dtype)])]);
    return graph.node('Mul', [half, graph.node('Add', [erf, graph.scalar(1, dtype)])]);
  },
  // (1 + erf(h) + h 2 / sqrt(pi) exp(-h^2)) / 2 where h = x / sqrt(2). The factor of exp goes into its
  // exponent: one pass over the elements less.
  vjp: ({ x, dy }) => {
    const h = x.mul(Math.SQRT1_2);
    const density = h
      .square()
      .neg()
      .add(Math.log(2 / Math.sqrt(Math.PI)))
      .exp();
    return dy.mul(h.erf().add(h.mul(density)).mul(0.5).add(0.5));
  },
  samples,
});

const slope = Math.sqrt(2 / Math.PI);
const cubic = 0.044715 * slope;

/** The operation behind {@link gelu} with the approximation by tanh. */
export const geluTanhOp = defineUnary({
  name: 'geluTanh',
  lower: (graph, x, dtype) => {
    if (graph.supports('Gelu') && dtype === 'float32') {
      return graph.node('Gelu', [x], { approximate: 'tanh' });
    }
    const square = graph.node('Mul', [graph.node('Mul', [x, x]), graph.scalar(cubic, dtype)]);
    const factor = graph.node('Add', [square, graph.scalar(slope, dtype)]);
    const tanh = graph.node('Tanh', [graph.node('Mul', [x, factor])]);
    const half = graph.node('Mul', [x, graph.scalar(0.5, dtype)]);
    return graph.node('Mul', [half, graph.node('Add', [tanh, graph.scalar(1, dtype)])]);
  },
  // With t = tanh(u): (1 + t + x (1 - t^2) du/dx) / 2.
  vjp: ({ x, dy }) => {
    const square = x.square();
    const t = x.mul(square.mul(cubic).add(slope)).tanh();
    const inner = x.mul(square.mul(3 * cubic).add(slope));
    return dy.mul(
      t
        .add(inner.mul(sub(1, t.square())))
        .mul(0.5)
        .add(0.5),
    );
  },
  samples,
});
