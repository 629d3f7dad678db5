import { ShapeError } from '../errors.ts';
import { defineOp } from '../op.ts';
import { formatShape, sizeOf, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { only, type NoParams } from './elementwise.ts';

/**
 * Affine map y = x w + b along the last axis, in one kernel.
 *
 * @param x - [..., dIn].
 * @param w - [dIn, dOut]: the transpose of PyTorch's weight.
 * @param b - [dOut].
 * @returns [..., dOut].
 * @throws {ShapeError} If the sizes do not fit.
 */
export function linear(x: Tensor, w: Tensor, b: Tensor): Tensor {
  if (x.rank === 0) throw new ShapeError('linear: x is a scalar; expected [..., dIn]');
  checkSizes(x.shape, w.shape, b.shape);
  const rows = x.reshape([-1, x.shape.at(-1) ?? 1]);
  const y = linearOp([rows, w, b], {});
  return y.reshape([...x.shape.slice(0, -1), y.shape.at(-1) ?? 1]);
}

/** The operation behind {@link linear}, on [batch, dIn]. */
export const linearOp = defineOp<NoParams>({
  name: 'linear',
  shape: ([x = [], w = [], b = []]) => {
    checkSizes(x, w, b);
    return [x[0] ?? 0, w[1] ?? 0];
  },
  lower: (graph, inputs) => graph.node('Gemm', inputs),
  vjp: ({ inputs: [x, w], dy }) => [
    dy.matmul(only(w, 'linear'), { transposeB: true }),
    only(x, 'linear').matmul(dy, { transposeA: true }),
    dy.sum(0),
  ],
  flops: ({ inputs: [x], outputs: [y] }) => 2 * sizeOf(y?.shape ?? []) * (x?.shape.at(-1) ?? 1),
  samples: [{ shapes: [[4, 3], [3, 2], [2]], params: {} }],
});

function checkSizes(x: Shape, w: Shape, b: Shape): void {
  const [wIn, dOut] = w;
  if (w.length !== 2 || b.length !== 1 || x.at(-1) !== wIn || b[0] !== dOut) {
    throw new ShapeError(
      `linear: x ${formatShape(x)}, w ${formatShape(w)} and b ${formatShape(b)} do not fit; expected [..., dIn], [dIn, dOut] and [dOut]`,
    );
  }
}
