import { sizeOf } from '../shape.ts';
import { tensor, type Tensor } from '../tensor.ts';

/**
 * A constant matrix applied to the elements along one axis: y[..., i, ...] = sum_j rows[i][j] x[..., j, ...].
 *
 * @param rows - As many as the axis gets elements, each as long as the axis is.
 */
export function alongAxis(x: Tensor, axis: number, rows: readonly (readonly number[])[]): Tensor {
  const matrix = tensor(rows, { dtype: x.dtype });
  const shape = x.shape.with(axis, rows.length);
  const inner = sizeOf(x.shape.slice(axis + 1));
  const length = x.shape[axis] ?? 1;
  if (inner === 1) {
    return x.reshape([-1, length]).matmul(matrix, { transposeB: true }).reshape(shape);
  }
  return matrix.matmul(x.reshape([-1, length, inner])).reshape(shape);
}
