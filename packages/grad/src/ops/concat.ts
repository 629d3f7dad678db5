import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, resolveAxis } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/**
 * Joins tensors along an axis.
 *
 * @param parts - One or more, alike in every other axis.
 * @param axis - Negative counts from the end.
 * @throws {ShapeError} If there are no parts, `axis` is out of range or other sizes differ.
 */
export function concat(parts: readonly Tensor[], axis: number): Tensor {
  const [first] = parts;
  if (first === undefined) throw new ShapeError('concat: no parts; expected one or more');
  return concatOp(parts, { axis: resolveAxis('concat', axis, first.shape) });
}

/** The operation behind {@link concat}. */
export const concatOp = defineOp<{ axis: number }>({
  name: 'concat',
  accepts: 'same',
  shape: (shapes, { axis }) => {
    const [first = []] = shapes;
    const fits = shapes.every(
      (shape) =>
        shape.length === first.length && shape.every((n, i) => i === axis || n === first[i]),
    );
    if (!fits) {
      throw new ShapeError(
        `concat: ${shapes.map(formatShape).join(' and ')} differ outside axis ${axis}`,
      );
    }
    const total = shapes.reduce((sum, shape) => sum + (shape[axis] ?? 0), 0);
    return first.map((size, i) => (i === axis ? total : size));
  },
  lower: (graph, inputs, { axis }) => graph.node('Concat', inputs, { axis }),
  vjp: ({ inputs, dy }, { axis }) => {
    let start = 0;
    return inputs.map((input) => {
      const end = start + (input.shape[axis] ?? 0);
      const part = dy.slice({ axis, start, end });
      start = end;
      return part;
    });
  },
  simplify: (parts) => (parts.length === 1 ? (parts[0] ?? null) : null),
  samples: [
    {
      shapes: [
        [2, 3],
        [2, 1],
      ],
      params: { axis: 1 },
    },
    {
      shapes: [
        [1, 2],
        [3, 2],
        [2, 2],
      ],
      params: { axis: 0 },
    },
  ],
});
