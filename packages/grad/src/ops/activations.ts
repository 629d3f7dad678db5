import type { Tensor } from '../tensor.ts';
import { elu } from './elu.ts';
import { softplus } from './softplus.ts';
import { tanh } from './tanh.ts';

/**
 * SELU: ELU scaled so that layers keep mean 0 and variance 1, element by element (arXiv:1706.02515).
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function selu(x: Tensor): Tensor {
  // The constants of the paper's section 2, to the digits of PyTorch's.
  return elu(x, 1.6732632423543772).mul(1.0507009873554805);
}

/**
 * log(sigmoid(x)) = -softplus(-x), element by element; finite for every finite x.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function logSigmoid(x: Tensor): Tensor {
  return softplus(x.neg()).neg();
}

/**
 * Mish: x tanh(softplus(x)), element by element (arXiv:1908.08681).
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function mish(x: Tensor): Tensor {
  return x.mul(tanh(softplus(x)));
}

/**
 * x kept between -1 and 1, element by element; the gradient at -1 and 1 is 0, as in PyTorch and unlike
 * that of `clip`.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function hardTanh(x: Tensor): Tensor {
  return saturate(x, x, { from: 1, below: -1 });
}

/**
 * x / 6 + 1/2 kept between 0 and 1, element by element; the gradient at -3 and 3 is 0, as in PyTorch.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function hardSigmoid(x: Tensor): Tensor {
  return saturate(x, x.mul(1 / 6).add(0.5), { from: 3, below: 0 });
}

/**
 * x hardSigmoid(x), element by element (arXiv:1905.02244); the gradient at -3 is 0 and at 3 is 1.
 *
 * @param x - Any shape.
 * @returns The shape of `x`.
 */
export function hardSwish(x: Tensor): Tensor {
  return x.mul(hardSigmoid(x));
}

/** `inside` for |x| under `from`, `below` under that and 1 above. */
function saturate(
  x: Tensor,
  inside: Tensor,
  { from, below }: { readonly from: number; readonly below: number },
): Tensor {
  return x.lessEqual(-from).where(below, x.greaterEqual(from).where(1, inside));
}
