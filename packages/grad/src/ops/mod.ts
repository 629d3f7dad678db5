import { isFloat, type DType } from '../dtype.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Tensor } from '../tensor.ts';
import { applyBinary, defineBinary, only, type Operand } from './elementwise.ts';

/**
 * Remainder a - b floor(a / b), element by element: it has the sign of b, as in Python and as of
 * PyTorch's `remainder`, and unlike JavaScript's %. The gradient is that between the jumps. A float
 * modulo 0 is NaN; integers need b other than 0. Where a backend lacks ONNX's Mod (WebGPU), the error
 * of floats grows with |a|.
 *
 * @param a - Any shape; a number takes the element type of `b`.
 * @param b - Any shape that broadcasts with `a`.
 * @returns The broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function mod(a: Operand, b: Operand): Tensor {
  return applyBinary(modOp, a, b);
}

/** The operation behind {@link mod}. */
export const modOp = defineBinary({
  name: 'mod',
  lower: (graph, a, b, dtype) => {
    if (!isFloat(dtype) && graph.supports('Mod')) return graph.node('Mod', [a, b]);
    const truncated = graph.supports('Mod')
      ? graph.node('Mod', [a, b], { fmod: 1 })
      : composedRemainder(graph, a, b, dtype);
    return withSignOf(graph, truncated, b, dtype);
  },
  vjp: ({ inputs: [a, b], dy }) => {
    const quotient = only(a, 'mod').div(only(b, 'mod'));
    return [dy, dy.mul(quotient.floor()).neg()];
  },
  domain: 'nonzero',
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 3],
      ],
      params: {},
      domain: 'nonzero',
    },
    {
      shapes: [
        [2, 1, 3],
        [4, 1],
      ],
      params: {},
      domain: 'nonzero',
    },
    {
      shapes: [[8], [8]],
      params: {},
      values: { 0: [7, -7, 7, -7, 6, -6, 0, 1e4], 1: [3, 3, -3, -3, 3, 3, -3, 7] },
      differentiable: 0,
    },
  ],
});

/** The remainder with the sign of a, as of C's fmod. */
function composedRemainder(graph: GraphBuilder, a: string, b: string, dtype: DType): string {
  const [x, y] = [graph.node('Abs', [a]), graph.node('Abs', [b])];
  const quotient = graph.node('Div', [x, y]);
  const whole = isFloat(dtype) ? graph.node('Floor', [quotient]) : quotient;
  const rest = graph.node('Sub', [x, graph.node('Mul', [whole, y])]);
  // Exact, and right for infinite b.
  const size = graph.node('Where', [graph.node('Less', [x, y]), x, rest]);
  const isNegative = graph.node('Less', [a, graph.scalar(0, dtype)]);
  return graph.node('Where', [isNegative, graph.node('Neg', [size]), size]);
}

/** Adds b where the remainder has the other sign. */
function withSignOf(graph: GraphBuilder, remainder: string, b: string, dtype: DType): string {
  const zero = graph.scalar(0, dtype);
  const isNegative = graph.node('Less', [b, zero]);
  const turned = graph.node('Where', [isNegative, graph.node('Neg', [remainder]), remainder]);
  const differs = graph.node('Less', [turned, zero]);
  return graph.node('Where', [differs, graph.node('Add', [remainder, b]), remainder]);
}
