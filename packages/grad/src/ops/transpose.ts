import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, type Shape } from '../shape.ts';
import { full, uniformValue, type Tensor } from '../tensor.ts';

/**
 * Reorders the axes: axis i of the result is axis `permutation[i]` of `x`.
 *
 * @param x - Any shape.
 * @param permutation - Each axis of `x` once. Default: all axes in reverse.
 * @throws {ShapeError} If `permutation` does not name each axis once.
 */
export function transpose(x: Tensor, permutation?: readonly number[]): Tensor {
  const order = permutation ?? x.shape.map((_, i) => x.rank - 1 - i);
  const isPermutation = order.length === x.rank && x.shape.every((_, axis) => order.includes(axis));
  if (!isPermutation) {
    throw new ShapeError(
      `transpose: ${formatShape(order)} does not name each axis of ${formatShape(x.shape)} once`,
    );
  }
  return transposeOp([x], { permutation: order });
}

/** The operation behind {@link transpose}. */
export const transposeOp: Op<{ permutation: readonly number[] }> = defineOp<{
  permutation: readonly number[];
}>({
  name: 'transpose',
  accepts: 'any',
  shape: ([x = []], { permutation }) => permutation.map((axis) => x[axis] ?? 1),
  lower: (graph, inputs, { permutation }) => graph.node('Transpose', inputs, { perm: permutation }),
  vjp: ({ dy }, { permutation }) => [dy.transpose(inverse(permutation))],
  simplify: ([x], { permutation }) => {
    if (x === undefined) return null;
    if (permutation.every((axis, i) => axis === i)) return x;
    const uniform = uniformValue(x);
    if (uniform !== null)
      return full(
        permutation.map((axis) => x.shape[axis] ?? 1),
        uniform,
        x.dtype,
      );
    const inner = transposeOp.match(x);
    if (!inner?.inputs[0]) return null;
    const composed = permutation.map((axis) => inner.params.permutation[axis] ?? 0);
    return inner.inputs[0].transpose(composed);
  },
  samples: [
    { shapes: [[2, 3]], params: { permutation: [1, 0] } },
    { shapes: [[2, 3, 4]], params: { permutation: [2, 0, 1] } },
  ],
});

/** The last two axes swapped: the transpose of each matrix of a batch. */
export function matrixTranspose(x: Tensor): Tensor {
  return transpose(x, swapLast(x.shape));
}

/** The permutation that swaps the last two axes of a shape. */
export function swapLast(shape: Shape): readonly number[] {
  const axes = shape.map((_, i) => i);
  return [...axes.slice(0, -2), ...axes.slice(-2).toReversed()];
}

function inverse(permutation: readonly number[]): readonly number[] {
  return permutation.map((_, axis) => permutation.indexOf(axis));
}
