import { ConfigError, ShapeError } from '../errors.ts';
import { formatShape, sameShape, type Axes } from '../shape.ts';
import type { Tensor } from '../tensor.ts';
import { minimum } from './minimum.ts';
import { softplus } from './softplus.ts';

// Shapes must be equal: broadcasting [n] with [n, 1] gives n^2 errors without a warning.

/**
 * Mean of (prediction - target)^2.
 *
 * @param prediction - Any shape.
 * @param target - The same shape.
 * @param axes - Axes to average over. Default all, which gives a scalar.
 * @throws {ShapeError} If the shapes or element types differ, or an axis is out of range.
 */
export function meanSquaredError(prediction: Tensor, target: Tensor, axes?: Axes): Tensor {
  return difference('meanSquaredError', prediction, target).square().mean(axes);
}

/**
 * Mean of |prediction - target|: PyTorch's `l1_loss`. The gradient where they are equal is 0.
 *
 * @param prediction - Any shape.
 * @param target - The same shape.
 * @param axes - Axes to average over. Default all, which gives a scalar.
 * @throws {ShapeError} If the shapes or element types differ, or an axis is out of range.
 */
export function meanAbsoluteError(prediction: Tensor, target: Tensor, axes?: Axes): Tensor {
  return difference('meanAbsoluteError', prediction, target).abs().mean(axes);
}

/**
 * Huber loss of each element, not reduced: e^2 / 2 for an error |e| <= delta, delta (|e| - delta / 2) above.
 *
 * @param prediction - Any shape.
 * @param target - The same shape.
 * @param delta - Where the square becomes a line; above 0. Default 1.
 * @returns The common shape.
 * @throws {ConfigError} If `delta` is not above 0.
 * @throws {ShapeError} If the shapes or element types differ.
 */
export function huber(prediction: Tensor, target: Tensor, delta = 1): Tensor {
  if (!(delta > 0)) throw new ConfigError(`huber: delta = ${delta} is not above 0`);
  const error = difference('huber', prediction, target).abs();
  const inner = minimum(error, delta);
  return inner.mul(error.sub(inner.mul(0.5)));
}

/**
 * Smooth L1 loss of each element, not reduced: e^2 / (2 beta) for an error |e| <= beta, |e| - beta / 2
 * above. It is {@link huber} over beta, and tends to |e| for small beta.
 *
 * @param prediction - Any shape.
 * @param target - The same shape.
 * @param beta - Where the square becomes a line; above 0. Default 1.
 * @returns The common shape.
 * @throws {ConfigError} If `beta` is not above 0.
 * @throws {ShapeError} If the shapes or element types differ.
 */
export function smoothL1(prediction: Tensor, target: Tensor, beta = 1): Tensor {
  if (!(beta > 0)) throw new ConfigError(`smoothL1: beta = ${beta} is not above 0`);
  checkAlike('smoothL1', prediction, target);
  return huber(prediction, target, beta).div(beta);
}

/**
 * Binary cross-entropy of each element with its target, not reduced:
 * -target log sigmoid(logit) - (1 - target) log sigmoid(-logit), finite for every finite logit.
 *
 * @param logits - Any shape; log-odds, not probabilities.
 * @param targets - The same shape; probabilities from 0 to 1, differentiable.
 * @returns Losses in nats, the common shape.
 * @throws {ShapeError} If the shapes or element types differ.
 */
export function binaryCrossEntropy(logits: Tensor, targets: Tensor): Tensor {
  checkAlike('binaryCrossEntropy', logits, targets);
  return softplus(logits).sub(logits.mul(targets));
}

/**
 * Kullback-Leibler divergence KL(p || q) = sum p (log p - log q) from log-probabilities. Where p = 0 the
 * term and its gradients are 0; where only q = 0 it is infinite. PyTorch's `kl_div` takes log q first.
 *
 * @param logP - Any shape.
 * @param logQ - The same shape.
 * @param axes - Axes of the distribution. Default -1.
 * @returns Divergences in nats, the shape without `axes`.
 * @throws {ShapeError} If the shapes or element types differ, or an axis is out of range.
 */
export function klDivergence(logP: Tensor, logQ: Tensor, axes: Axes = -1): Tensor {
  checkAlike('klDivergence', logP, logQ);
  const isImpossible = logP.equal(-Infinity);
  // Also in the branch that is not taken: its infinities would reach the gradient as 0 times infinity.
  const [p, q] = [isImpossible.where(0, logP), isImpossible.where(0, logQ)];
  return isImpossible.where(0, p.exp().mul(p.sub(q))).sum(axes);
}

function difference(name: string, prediction: Tensor, target: Tensor): Tensor {
  checkAlike(name, prediction, target);
  return prediction.sub(target);
}

function checkAlike(name: string, a: Tensor, b: Tensor): void {
  if (sameShape(a.shape, b.shape) && a.dtype === b.dtype) return;
  const [got, other] = [a, b].map(({ dtype, shape }) => dtype + formatShape(shape));
  throw new ShapeError(`${name}: ${got} and ${other} differ; expected the same shape and type`);
}
