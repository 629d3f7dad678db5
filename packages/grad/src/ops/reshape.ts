import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, sameShape, sizeOf, type Shape } from '../shape.ts';
import { full, uniformValue, type Tensor } from '../tensor.ts';

/**
 * The same elements, row-major, in another shape.
 *
 * @param x - Any shape.
 * @param shape - As many elements as `x`; one size may be -1 and is then computed.
 * @throws {ShapeError} If the number of elements differs.
 */
export function reshape(x: Tensor, shape: Shape): Tensor {
  const resolved = resolveShape(x.shape, shape);
  return sameShape(resolved, x.shape) ? x : reshapeOp([x], { shape: resolved });
}

/** The operation behind {@link reshape}. */
export const reshapeOp: Op<{ shape: Shape }> = defineOp<{ shape: Shape }>({
  name: 'reshape',
  accepts: 'any',
  shape: (_, { shape }) => shape,
  lower: (graph, [x = ''], { shape }) => graph.node('Reshape', [x, graph.int64s(shape)]),
  vjp: ({ inputs: [x], dy }) => [dy.reshape(x?.shape ?? [])],
  simplify: ([x], { shape }) => {
    if (x === undefined) return null;
    if (sameShape(x.shape, shape)) return x;
    const uniform = uniformValue(x);
    if (uniform !== null) return full(shape, uniform, x.dtype);
    const inner = reshapeOp.match(x);
    return inner?.inputs[0] ? inner.inputs[0].reshape(shape) : null;
  },
  samples: [
    { shapes: [[2, 6]], params: { shape: [3, 4] } },
    { shapes: [[1]], params: { shape: [] } },
  ],
});

function resolveShape(from: Shape, to: Shape): Shape {
  const size = sizeOf(from);
  const known = to.reduce((product, n) => (n === -1 ? product : product * n), 1);
  const free = to.filter((n) => n === -1).length;
  const result = free === 1 ? to.map((n) => (n === -1 ? size / known : n)) : to;
  if (free > 1 || !result.every(Number.isInteger) || sizeOf(result) !== size) {
    throw new ShapeError(
      `reshape: ${formatShape(from)} has ${size} elements and cannot become ${formatShape(to)}`,
    );
  }
  return [...result];
}
