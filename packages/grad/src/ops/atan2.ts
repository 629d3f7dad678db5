import type { DType } from '../dtype.ts';
import type { GraphBuilder } from '../onnx/graphBuilder.ts';
import type { Tensor } from '../tensor.ts';
import { applyBinary, defineBinary, only, type Operand } from './elementwise.ts';

/**
 * Angle of the point (x, y) in radians, from -pi to pi, element by element; the sign of a zero counts,
 * as in IEEE 754. The gradient at the origin is 0.
 *
 * @param y - Any shape; a number takes the element type of `x`.
 * @param x - Any shape that broadcasts with `y`.
 * @returns The broadcast shape.
 * @throws {ShapeError} If the shapes do not broadcast or the element types differ.
 */
export function atan2(y: Operand, x: Operand): Tensor {
  return applyBinary(atan2Op, y, x);
}

/** The operation behind {@link atan2}. */
export const atan2Op = defineBinary({
  name: 'atan2',
  accepts: 'float',
  lower: lowerAtan2,
  vjp: ({ inputs, dy }) => {
    const y = only(inputs[0], 'atan2');
    const x = only(inputs[1], 'atan2');
    // By the larger coordinate first: the squares of large ones overflow.
    const larger = y.abs().maximum(x.abs());
    const scale = larger.equal(0).where(1, larger);
    const [v, u] = [y.div(scale), x.div(scale)];
    const square = v.square().add(u.square());
    const rate = dy.div(scale).div(square.equal(0).where(1, square));
    return [rate.mul(u), rate.mul(v).neg()];
  },
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
    // The four half-axes and the diagonals; not the negative x-axis, where the angle jumps.
    {
      shapes: [[7], [7]],
      params: {},
      values: { 0: [0, 2, -2, 1, -1, 1, -1], 1: [2, 0, 0, 1, 1, -1, -1] },
    },
    {
      shapes: [[8], [8]],
      params: {},
      values: { 0: [0, -0, 0, -0, 0, -0, 1e30, 1e-30], 1: [-1, -1, 0, 0, -0, -0, -1e30, 1e30] },
      differentiable: 0,
    },
    {
      shapes: [[6], [6]],
      params: {},
      values: {
        0: [Infinity, -Infinity, 1, -1, Infinity, NaN],
        1: [Infinity, -Infinity, -Infinity, Infinity, 1, 1],
      },
      differentiable: 0,
    },
  ],
});

/** atan of the smaller over the larger coordinate, an angle up to pi/4, mirrored into its octant. */
function lowerAtan2(graph: GraphBuilder, y: string, x: string, dtype: DType): string {
  const [zero, one] = [graph.scalar(0, dtype), graph.scalar(1, dtype)];
  const [absY, absX] = [graph.node('Abs', [y]), graph.node('Abs', [x])];
  const smaller = graph.node('Min', [absY, absX]);
  const larger = graph.node('Max', [absY, absX]);
  const quotient = graph.node('Div', [smaller, larger]);
  // Equal infinities are at pi/4, equal zeros at 0.
  const isDiagonal = graph.node('Equal', [smaller, larger]);
  const tangent = graph.node('Where', [isDiagonal, one, quotient]);
  const isOrigin = graph.node('Equal', [larger, zero]);
  const octant = graph.node('Atan', [graph.node('Where', [isOrigin, zero, tangent])]);
  const isSteep = graph.node('Greater', [absY, absX]);
  const fromY = graph.node('Sub', [graph.scalar(Math.PI / 2, dtype), octant]);
  const quadrant = graph.node('Where', [isSteep, fromY, octant]);
  const mirrored = graph.node('Sub', [graph.scalar(Math.PI, dtype), quadrant]);
  const half = graph.node('Where', [isBelow(graph, x, dtype), mirrored, quadrant]);
  return graph.node('Where', [isBelow(graph, y, dtype), graph.node('Neg', [half]), half]);
}

/** Whether x is negative, -0 included: a zero shows its sign in its reciprocal. */
function isBelow(graph: GraphBuilder, x: string, dtype: DType): string {
  const zero = graph.scalar(0, dtype);
  const isZero = graph.node('Equal', [x, zero]);
  const visible = graph.node('Where', [isZero, graph.node('Reciprocal', [x]), x]);
  return graph.node('Less', [visible, zero]);
}
