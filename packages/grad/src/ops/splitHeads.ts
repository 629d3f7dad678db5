import { ShapeError } from '../errors.ts';
import { defineOp, type Op } from '../op.ts';
import { formatShape, type Shape } from '../shape.ts';
import { zeros, type Tensor } from '../tensor.ts';
import { concat } from './concat.ts';
import { only } from './elementwise.ts';

/**
 * Queries, keys and values from one projection whose columns hold them one after the other, head by
 * head: one product instead of three, and one reordering.
 *
 * @param x - [batch, seq, (sum of nHeads) dHead].
 * @param nHeads - Heads of each part: [h, h, h] for queries, keys and values, [h, g, g] where g key
 * heads are shared.
 * @returns For each part, [batch, its heads, seq, dHead].
 * @throws {ShapeError} If `x` is not of rank 3 or its last axis is no multiple of the number of heads.
 */
export function splitHeads(x: Tensor, nHeads: readonly number[]): readonly Tensor[] {
  return splitHeadsOp.all([x], { nHeads });
}

/**
 * The heads side by side again.
 *
 * @param x - [batch, nHeads, seq, dHead].
 * @returns [batch, seq, nHeads dHead].
 * @throws {ShapeError} If `x` is not of rank 4.
 */
export function mergeHeads(x: Tensor): Tensor {
  if (x.rank !== 4) {
    throw new ShapeError(
      `mergeHeads: x is ${formatShape(x.shape)}; expected [batch, nHeads, seq, dHead]`,
    );
  }
  const [batch = 1, , seq = 1] = x.shape;
  // A single position is in either order.
  const ordered = seq === 1 ? x : x.transpose([0, 2, 1, 3]);
  return ordered.reshape([batch, seq, -1]);
}

/** The operation behind {@link splitHeads}. */
export const splitHeadsOp: Op<{ nHeads: readonly number[] }> = defineOp<{
  nHeads: readonly number[];
}>({
  name: 'splitHeads',
  accepts: 'same',
  shape: ([x = []], { nHeads }) => {
    const [batch = 1, seq = 1] = x;
    const dHead = headWidth(x, nHeads);
    return nHeads.map((heads) => [batch, heads, seq, dHead]);
  },
  dtype: ([dtype = 'float32'], { nHeads }) => nHeads.map(() => dtype),
  lower: (graph, [x = ''], { nHeads }, { inputs: [spec] }) => {
    const shape = spec?.shape ?? [];
    const [batch = 1, seq = 1] = shape;
    const dHead = headWidth(shape, nHeads);
    const reshaped = (...sizes: number[]) => graph.node('Reshape', [x, graph.int64s(sizes)]);
    // A single position is in either order.
    const ordered =
      seq === 1
        ? reshaped(batch, -1, 1, dHead)
        : graph.node('Transpose', [reshaped(batch, seq, -1, dHead)], { perm: [0, 2, 1, 3] });
    return graph.multi('Split', [ordered, graph.int64s(nHeads)], nHeads.length, { axis: 1 });
  },
  vjp: ({ inputs: [x], outputs, dys }) => {
    const parts = outputs.map((y, i) => dys[i] ?? zeros(y.shape, y.dtype));
    return [mergeHeads(concat(parts, 1)).reshape(only(x, 'splitHeads').shape)];
  },
  samples: [
    { shapes: [[2, 3, 12]], params: { nHeads: [2, 2, 2] } },
    { shapes: [[1, 2, 12]], params: { nHeads: [4, 1, 1] } },
    { shapes: [[2, 1, 4]], params: { nHeads: [1] } },
  ],
});

function headWidth(x: Shape, nHeads: readonly number[]): number {
  const total = nHeads.reduce((sum, heads) => sum + heads, 0);
  const width = x[2] ?? 0;
  if (x.length !== 3 || total === 0 || width % total !== 0) {
    throw new ShapeError(
      `splitHeads: x ${formatShape(x)} does not hold ${total} heads; expected [batch, seq, ${total} dHead]`,
    );
  }
  return width / total;
}
