import {
  ConfigError,
  uniform,
  where,
  type Key,
  type Operand,
  type Shape,
  type Tensor,
} from '@working-papers/grad';

/**
 * How entries are dropped in training. Graphs draw no random numbers: the noise is made on the host from
 * a key of the step and goes in with the batch.
 */
export interface Dropout<Noise = Tensor> {
  /** Probability that an entry becomes 0, from 0 to less than 1; a tensor where it changes. */
  readonly rate: Operand;
  /** Uniform in [0, 1); of the shape of what is dropped, or one that broadcasts to it. */
  readonly noise: Noise;
}

/** Dropout (Srivastava et al., JMLR 2014), scaled in training as in PyTorch. */
export const dropout = {
  /**
   * Fresh noise, made on the host.
   *
   * @param key - Of the step, say `foldIn(key, step)`, and of the place in the model.
   * @param shape - Of x; with 1 for an axis, entries along it are dropped together, for example
   * [batch, 1, 1] drops examples (stochastic depth) and [batch, channels, 1, 1] channels.
   */
  noise(key: Key, shape: Shape): Tensor {
    return uniform(key, shape);
  },

  /**
   * 0 where noise < rate, else x / (1 - rate), so that the mean stays; x itself in evaluation.
   *
   * @param x - Any shape.
   * @param options - Leave it out in evaluation.
   * @throws {ConfigError} If `rate` is a number out of its range.
   */
  apply(x: Tensor, options?: Dropout): Tensor {
    if (options === undefined) return x;
    const { rate, noise } = options;
    if (typeof rate === 'number' && !(rate >= 0 && rate < 1)) {
      throw new ConfigError(`dropout.apply: rate = ${rate} is not from 0 to less than 1`);
    }
    const scaled = typeof rate === 'number' ? x.mul(1 / (1 - rate)) : x.div(rate.neg().add(1));
    return where(noise.less(rate), 0, scaled);
  },
};
