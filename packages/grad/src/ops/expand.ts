import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { broadcastShapes, formatShape, sameShape, type Shape } from '../shape.ts';
import { full, uniformValue, type Tensor } from '../tensor.ts';
import { sumTo } from './sumTo.ts';

/**
 * Repeats axes of size 1, and new leading axes, to fill a shape.
 *
 * @param x - Any shape that broadcasts to `shape`.
 * @param shape - The shape of the result.
 * @throws {ShapeError} If `x` does not broadcast to exactly `shape`.
 */
export function expand(x: Tensor, shape: Shape): Tensor {
  return sameShape(x.shape, shape) ? x : expandOp([x], { shape });
}

/** The operation behind {@link expand}. */
export const expandOp: Op<{ shape: Shape }> = defineOp<{ shape: Shape }>({
  name: 'expand',
  accepts: 'any',
  shape: ([x = []], { shape }) => {
    if (!sameShape(broadcastShapes('expand', x, shape), shape)) {
      throw new ShapeError(`expand: ${formatShape(x)} does not fill ${formatShape(shape)}`);
    }
    return shape;
  },
  lower: (graph, [x = ''], { shape }) => graph.node('Expand', [x, graph.int64s(shape)]),
  vjp: ({ inputs: [x], dy }) => [sumTo(dy, x?.shape ?? [])],
  simplify: ([x], { shape }) => {
    if (x === undefined) return null;
    if (sameShape(x.shape, shape)) return x;
    const uniform = uniformValue(x);
    if (uniform !== null) return full(shape, uniform, x.dtype);
    const inner = expandOp.match(x);
    return inner?.inputs[0] ? expandOp([inner.inputs[0]], { shape }) : null;
  },
  samples: [
    { shapes: [[3, 1]], params: { shape: [2, 3, 4] } },
    { shapes: [[]], params: { shape: [2] } },
  ],
});
