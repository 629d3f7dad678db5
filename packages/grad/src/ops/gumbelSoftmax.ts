import { ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import type { Operand } from './elementwise.ts';
import { softmax } from './softmax.ts';

/** Options of {@link gumbelSoftmax}. */
export interface GumbelSoftmaxOptions {
  /** Above 0; towards 0 the sample becomes one-hot. A tensor where it varies from step to step. Default 1. */
  readonly temperature?: Operand;
  /** The axis along which probabilities sum to 1. Default -1. */
  readonly axis?: number;
}

/**
 * Differentiable sample of a categorical distribution: softmax((logits + noise) / temperature)
 * (arXiv:1611.01144, equation 2).
 *
 * @param logits - Any shape; unnormalised log-probabilities.
 * @param noise - The same shape; standard Gumbel, -log(-log(u)) of uniform u, drawn on the host in float64:
 * in float32 its upper tail is cut.
 * @returns Weights that sum to 1 along `axis`, the shape of `logits`.
 * @throws {ShapeError} If the shapes differ or `axis` is out of range.
 */
export function gumbelSoftmax(
  logits: Tensor,
  noise: Tensor,
  { temperature = 1, axis = -1 }: GumbelSoftmaxOptions = {},
): Tensor {
  if (!sameShape(logits.shape, noise.shape)) {
    throw new ShapeError(
      `gumbelSoftmax: noise ${formatShape(noise.shape)} does not fit logits ${formatShape(logits.shape)}; expected the same shape`,
    );
  }
  return softmax(logits.add(noise).div(temperature), axis);
}
