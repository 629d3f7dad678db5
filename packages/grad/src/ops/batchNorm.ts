import { ShapeError } from '../errors.ts';
import { formatShape, sameShape } from '../shape.ts';
import { ones, zeros, type Tensor } from '../tensor.ts';
import type { ChannelNormOptions } from './groupNorm.ts';
import { checkEpsilon } from './layerNorm.ts';

/** Mean and variance of each channel. */
export interface ChannelStatistics {
  /** [channels]. */
  readonly mean: Tensor;
  /** [channels]. */
  readonly variance: Tensor;
}

/**
 * Batch normalisation in training (arXiv:1502.03167): each channel gets mean 0 and variance 1 over batch
 * and space, with `epsilon` added to the variance before, then its scale and shift. Keep running
 * averages of the statistics yourself, say r' = 0.9 r + 0.1 value, for {@link batchNormInference}.
 *
 * @param x - [batch, channels, ...size].
 * @returns `y` of the shape of `x`, and `mean` and `variance` of the batch, [channels] each, through
 * which no gradient flows; this variance is the unbiased one, as PyTorch's running average has it.
 * @throws {ShapeError} If `scale` or `shift` is not [channels], or channels have one element each.
 * @throws {ConfigError} If `epsilon` is not positive.
 */
export function batchNorm(
  x: Tensor,
  options: ChannelNormOptions = {},
): ChannelStatistics & { readonly y: Tensor } {
  const epsilon = checkEpsilon('batchNorm', options.epsilon);
  const [scale, shift] = affineOf(x, options);
  const channels = checkChannels('batchNorm', x, [scale, shift]);
  const count = x.size / channels;
  if (count < 2) {
    throw new ShapeError(
      `batchNorm: channels of ${formatShape(x.shape)} have one element each, whose variance is 0; use a larger batch`,
    );
  }
  const axes = x.shape.flatMap((_, axis) => (axis === 1 ? [] : [axis]));
  const mean = x.mean(axes, { keepDims: true });
  const centred = x.sub(mean);
  const variance = centred.square().mean(axes, { keepDims: true });
  const factor = variance.add(epsilon).rsqrt().mul(column(scale, x));
  return {
    y: centred.mul(factor).add(column(shift, x)),
    mean: mean.reshape([channels]).stopGradient(),
    variance: variance
      .reshape([channels])
      .mul(count / (count - 1))
      .stopGradient(),
  };
}

/**
 * Batch normalisation with given statistics: y = (x - mean) / sqrt(variance + epsilon) scale + shift.
 *
 * @param x - [batch, channels, ...size].
 * @returns The shape of `x`.
 * @throws {ShapeError} If a vector is not [channels].
 * @throws {ConfigError} If `epsilon` is not positive.
 */
export function batchNormInference(
  x: Tensor,
  { mean, variance }: ChannelStatistics,
  options: ChannelNormOptions = {},
): Tensor {
  const epsilon = checkEpsilon('batchNormInference', options.epsilon);
  const [scale, shift] = affineOf(x, options);
  checkChannels('batchNormInference', x, [scale, shift, mean, variance]);
  const factor = variance.add(epsilon).rsqrt().mul(scale);
  return x.mul(column(factor, x)).add(column(shift.sub(mean.mul(factor)), x));
}

function affineOf(x: Tensor, { scale, shift }: ChannelNormOptions): readonly [Tensor, Tensor] {
  const channels = [x.shape[1] ?? 1];
  return [scale ?? ones(channels, x.dtype), shift ?? zeros(channels, x.dtype)];
}

function column(vector: Tensor, x: Tensor): Tensor {
  return vector.reshape([vector.size, ...x.shape.slice(2).map(() => 1)]);
}

function checkChannels(operation: string, x: Tensor, vectors: readonly Tensor[]): number {
  const [, channels = 0] = x.shape;
  if (x.rank < 2 || !vectors.every((vector) => sameShape(vector.shape, [channels]))) {
    throw new ShapeError(
      `${operation}: ${[x, ...vectors].map(({ shape }) => formatShape(shape)).join(', ')} do not fit; expected [batch, channels, ...size] and vectors [channels]`,
    );
  }
  return channels;
}
