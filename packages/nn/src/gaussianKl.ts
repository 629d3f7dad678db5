import { ShapeError, type Tensor } from '@working-papers/grad';

/** A normal distribution of independent entries. */
export interface DiagonalGaussian {
  /** [..., dim]. */
  readonly mean: Tensor;
  /** Logarithm of the variance, [..., dim]. */
  readonly logVariance: Tensor;
}

/**
 * Kullback-Leibler divergence KL(p || q) of normal distributions, summed over the last axis:
 * (logVq - logVp + (Vp + (meanP - meanQ)^2) / Vq - 1) / 2 for each entry.
 *
 * @param q - Default the standard normal distribution, as in variational autoencoders
 * (arXiv:1312.6114, appendix B).
 * @returns Nats, [...].
 * @throws {ShapeError} If a shape differs from the others.
 */
export function gaussianKl(p: DiagonalGaussian, q?: DiagonalGaussian): Tensor {
  const parts = [p.mean, p.logVariance, ...(q ? [q.mean, q.logVariance] : [])];
  const shapes = parts.map(({ shape }) => `[${shape.join(', ')}]`);
  if (p.mean.rank === 0 || !shapes.every((shape) => shape === shapes[0])) {
    throw new ShapeError(`gaussianKl: ${shapes.join(', ')} differ; expected [..., dim] for each`);
  }
  // By expm1, because exp(r) - 1 - r has no digit left where the variances are nearly the same.
  const logRatio = q ? p.logVariance.sub(q.logVariance) : p.logVariance;
  const distance = q ? p.mean.sub(q.mean).square().mul(q.logVariance.neg().exp()) : p.mean.square();
  return logRatio.expm1().sub(logRatio).add(distance).mul(0.5).sum(-1);
}
