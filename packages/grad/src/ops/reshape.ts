import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import {
  formatShape,
  reducedShape,
  resolveAxes,
  resolveAxis,
  sameShape,
  sizeOf,
  type Axes,
  type Shape,
} from '../shape.ts';
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

/**
 * Some consecutive axes as one.
 *
 * @param x - Any shape.
 * @param start - First of the axes; negative counts from the end. Default 0.
 * @param end - Last of them; negative counts from the end. Default -1.
 * @returns As many axes less; a scalar becomes [1].
 * @throws {ShapeError} If an axis is out of range or `end` lies before `start`.
 */
export function flatten(x: Tensor, start = 0, end = -1): Tensor {
  if (x.rank === 0) return reshape(x, [1]);
  const first = resolveAxis('flatten', start, x.shape);
  const last = resolveAxis('flatten', end, x.shape);
  if (first > last) {
    throw new ShapeError(
      `flatten: axis ${start} of ${formatShape(x.shape)} lies behind axis ${end}; expected the first and the last axis`,
    );
  }
  const merged = sizeOf(x.shape.slice(first, last + 1));
  return reshape(x, x.shape.toSpliced(first, last + 1 - first, merged));
}

/**
 * Without axes of size 1.
 *
 * @param x - Any shape.
 * @param axes - Default all axes of size 1.
 * @throws {ShapeError} If an axis is out of range, named twice or not of size 1.
 */
export function squeeze(x: Tensor, axes?: Axes): Tensor {
  if (axes === undefined)
    return reshape(
      x,
      x.shape.filter((size) => size !== 1),
    );
  const resolved = resolveAxes('squeeze', axes, x.shape);
  const wide = resolved.find((axis) => x.shape[axis] !== 1);
  if (wide !== undefined) {
    throw new ShapeError(
      `squeeze: axis ${wide} of ${formatShape(x.shape)} has size ${x.shape[wide]}; only axes of size 1 can go`,
    );
  }
  return reshape(x, reducedShape(x.shape, resolved, false));
}

/**
 * With a new axis of size 1.
 *
 * @param x - Any shape.
 * @param axis - The place of the new axis in the result; negative counts from the end.
 * @throws {ShapeError} If `axis` is out of range.
 */
export function unsqueeze(x: Tensor, axis: number): Tensor {
  const resolved = resolveAxis('unsqueeze', axis, [...x.shape, 1]);
  return reshape(x, x.shape.toSpliced(resolved, 0, 1));
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
