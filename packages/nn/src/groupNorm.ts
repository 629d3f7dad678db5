import { groupNorm, ones, zeros, type GroupNormOptions, type Tensor } from '@working-papers/grad';

/** Parameters of a normalisation of channels, [channels] each: PyTorch's weight and bias. */
export interface ChannelNorm {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** Group normalisation (arXiv:1803.08494); with as many groups as channels, instance normalisation. */
export const groupNormLayer = {
  /** Fresh parameters: scale 1, shift 0. */
  init(channels: number): ChannelNorm {
    return { scale: ones([channels]), shift: zeros([channels]) };
  },

  /**
   * @param x - [batch, channels, ...size].
   * @param options - `groups`: a divisor of the channels. `epsilon`: default 1e-5.
   * @returns The shape of `x`.
   */
  apply(
    { scale, shift }: ChannelNorm,
    x: Tensor,
    { groups, epsilon = 1e-5 }: Pick<GroupNormOptions, 'groups' | 'epsilon'>,
  ): Tensor {
    return groupNorm(x, { groups, epsilon, scale, shift });
  },
};
