import { sizeOf, type Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { productOfOthers } from './cumprod.ts';
import { defineReduction, reduce, type ReductionOptions } from './reduction.ts';

/**
 * Product along axes. The gradient is right at zeros too, however many; it costs log2 of the number of
 * factors.
 *
 * @param x - Any shape.
 * @param axes - Axes to reduce; negative counts from the end. Default all.
 * @returns `x` without these axes, or with size 1 there if `keepDims`.
 * @throws {ShapeError} If an axis is out of range or named twice.
 */
export function prod(x: Tensor, axes?: Axes, options: ReductionOptions = {}): Tensor {
  return reduce(prodOp, x, axes, options);
}

/** The operation behind {@link prod}. */
export const prodOp = defineReduction({
  name: 'prod',
  lower: 'ReduceProd',
  vjp: ({ x, dy, spread }, { axes }) => spread(dy).mul(othersAlong(x, axes)),
  samples: [
    {
      shapes: [[3, 3]],
      params: { axes: [1], keepDims: false },
      values: { 0: [2, 0, 3, 0, 0, 4, 0, 0, 0] },
    },
    {
      shapes: [[2, 3, 2]],
      params: { axes: [0, 2], keepDims: true },
      values: { 0: [2, 0, 3, 1, 5, 4, 0, 0, -1, 6, 7, 8] },
    },
    {
      shapes: [[4]],
      params: { axes: [0], keepDims: false },
      values: { 0: [1e4, -1e4, 1e-4, 1] },
      dtypes: { 0: 'float32' },
    },
    { shapes: [[3, 1]], params: { axes: [1], keepDims: false } },
  ],
});

/** For each element, the product of the others along axes: these as one axis, and back. */
function othersAlong(x: Tensor, axes: readonly number[]): Tensor {
  const kept = x.shape.flatMap((_, i) => (axes.includes(i) ? [] : [i]));
  const order = [...kept, ...axes];
  const moved = x.transpose(order);
  const outer = kept.map((axis) => x.shape[axis] ?? 1);
  const rows = moved.reshape([...outer, sizeOf(axes.map((axis) => x.shape[axis] ?? 1))]);
  const others = productOfOthers(rows, kept.length);
  return others.reshape(moved.shape).transpose(order.map((_, i) => order.indexOf(i)));
}
