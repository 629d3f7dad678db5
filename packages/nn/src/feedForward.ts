import { gelu, silu, type Key, type Tensor } from '@working-papers/grad';
import { mlp, type Mlp, type MlpStart } from './mlp.ts';
import { swiglu, type Swiglu } from './swiglu.ts';

/** The part of a transformer block that works on each position by itself: plain or gated. */
export type FeedForward = Mlp | Swiglu;

/** Sizes of a {@link FeedForward} and how it starts. */
export interface FeedForwardSizes extends MlpStart {
  readonly dModel: number;
  readonly dMlp: number;
  /** `gelu`: two layers with biases; `swiglu`: gated, without biases. Default gelu. */
  readonly mlp?: 'gelu' | 'swiglu';
}

/** Either kind of {@link FeedForward}; the parameters tell which. */
export const feedForward = {
  /** Fresh parameters. */
  init(key: Key, sizes: FeedForwardSizes): FeedForward {
    const { dModel, dMlp, mlp: kind = 'gelu', weight, outWeight } = sizes;
    const start = { ...(weight && { weight }), ...(outWeight && { outWeight }) };
    return kind === 'swiglu'
      ? swiglu.init(key, dModel, dMlp, start)
      : mlp.init(key, [dModel, dMlp, dModel], start);
  },

  /**
   * @param x - [..., dModel].
   * @param activation - Default GELU, or SiLU where gated.
   * @returns [..., dModel].
   */
  apply(params: FeedForward, x: Tensor, activation?: (x: Tensor) => Tensor): Tensor {
    return 'gateUp' in params
      ? swiglu.apply(params, x, activation ?? silu)
      : mlp.apply(params, x, activation ?? gelu);
  },
};
