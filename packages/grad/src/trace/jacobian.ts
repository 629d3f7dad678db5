import { ShapeError } from '../errors.ts';
import { formatShape } from '../shape.ts';
import { tensor, toTypedArray, type Tensor } from '../tensor.ts';
import { vjp } from './gradient.ts';
import { vmap } from './vmap.ts';

/** Above this, the identity alone takes 64 MiB. */
const maxOutputs = 4096;

/**
 * The whole Jacobian of a small function, J[i, j] = dy_i / dx_j, by one vector-Jacobian product for
 * every element of the output, all in one pass.
 *
 * @param fn - Its output has at most 4096 elements.
 * @param x - Any shape.
 * @returns [...shape of the output, ...shape of x].
 * @throws {ShapeError} If the output is larger.
 */
export function jacobian(fn: (x: Tensor) => Tensor, x: Tensor): Tensor {
  const [y, pull] = vjp(fn, x);
  const { size, shape, dtype } = y;
  if (size > maxOutputs) {
    throw new ShapeError(
      `jacobian: the output has shape ${formatShape(shape)}, ${size} elements; expected at most ${maxOutputs}`,
    );
  }
  const identity = Array<number>(size * size).fill(0);
  for (let i = 0; i < size; i++) identity[i * size + i] = 1;
  const rows = tensor(toTypedArray(identity, dtype), { shape: [size, ...shape], dtype });
  return vmap(pull)(rows).reshape([...shape, ...x.shape]);
}
