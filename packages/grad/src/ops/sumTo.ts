import { sameShape, type Shape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';

/** Sums what broadcasting had spread, so that the result has the given shape. */
export function sumTo(x: Tensor, shape: Shape): Tensor {
  if (sameShape(x.shape, shape)) return x;
  const added = x.rank - shape.length;
  const axes = x.shape.flatMap((size, i) => {
    const target = i < added ? undefined : shape[i - added];
    return target === undefined || (target === 1 && size !== 1) ? [i] : [];
  });
  return x.sum(axes).reshape(shape);
}
