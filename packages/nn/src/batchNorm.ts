import {
  batchNorm,
  batchNormInference,
  ConfigError,
  ones,
  tensor,
  zeros,
  type ChannelStatistics,
  type Tensor,
} from '@working-papers/grad';
import type { ChannelNorm } from './groupNorm.ts';
import type { NormOptions } from './norm.ts';

/** Running averages of the statistics of each channel: no parameters, but part of what is trained. */
export interface BatchNormState extends ChannelStatistics {
  /** Batches that went into them; an int32 scalar. */
  readonly batches: Tensor;
}

/** Options of training. */
export interface BatchNormOptions extends NormOptions {
  /**
   * Weight of the new batch in the running averages, from 0 to 1; default 0.1. `cumulative` gives all
   * batches the same weight, PyTorch's `None`: to estimate anew from a fresh state after the parameters
   * have changed.
   */
  readonly momentum?: number | 'cumulative';
}

/**
 * Batch normalisation (arXiv:1502.03167) with its running averages as explicit state: a training step
 * takes them in and hands them on (`valueAndGradWithAux` carries them past the gradient).
 */
export const batchNormLayer = {
  /** Fresh parameters: scale 1, shift 0. */
  init(channels: number): ChannelNorm {
    return { scale: ones([channels]), shift: zeros([channels]) };
  },

  /** The state before the first batch: mean 0, variance 1. */
  initState(channels: number): BatchNormState {
    const batches = tensor(Int32Array.of(0), { shape: [] });
    return { mean: zeros([channels]), variance: ones([channels]), batches };
  },

  /**
   * Normalises by the statistics of the batch, and averages them.
   *
   * @param x - [batch, channels, ...size].
   * @returns `y` of the shape of `x`, and the next state, through which no gradient flows; its variance
   * averages unbiased ones, as PyTorch's.
   * @throws {ConfigError} If `momentum` is not from 0 to 1.
   */
  train(
    { scale, shift }: ChannelNorm,
    x: Tensor,
    state: BatchNormState,
    { momentum = 0.1, epsilon = 1e-5 }: BatchNormOptions = {},
  ): { readonly y: Tensor; readonly state: BatchNormState } {
    if (momentum !== 'cumulative' && !(momentum >= 0 && momentum <= 1)) {
      throw new ConfigError(`batchNormLayer.train: momentum = ${momentum} is not from 0 to 1`);
    }
    const { y, mean, variance } = batchNorm(x, { scale, shift, epsilon });
    const batches = state.batches.add(1);
    const share = momentum === 'cumulative' ? batches.cast(mean.dtype).reciprocal() : momentum;
    const average = (before: Tensor, now: Tensor) => before.add(now.sub(before).mul(share));
    return {
      y,
      state: {
        mean: average(state.mean, mean),
        variance: average(state.variance, variance),
        batches,
      },
    };
  },

  /**
   * Normalises by the running averages: the form for evaluation.
   *
   * @param x - [batch, channels, ...size].
   * @returns The shape of `x`.
   */
  apply(
    { scale, shift }: ChannelNorm,
    x: Tensor,
    state: BatchNormState,
    { epsilon = 1e-5 }: NormOptions = {},
  ): Tensor {
    return batchNormInference(x, state, { scale, shift, epsilon });
  },
};
