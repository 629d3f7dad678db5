import {
  ShapeError,
  foldIn,
  layerNorm,
  silu,
  splitAxis,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import { feedForward, type FeedForward, type FeedForwardSizes } from './feedForward.ts';
import { zerosInit, type Initialiser } from './initialisers.ts';
import { linearLayer, type Linear } from './linear.ts';
import {
  selfAttention,
  type AttentionLayerOptions,
  type AttentionSizes,
  type SelfAttention,
} from './selfAttention.ts';
import { dropPart, type ResidualOptions } from './transformerBlock.ts';

/** Parameters of a block whose norms are steered by a condition. */
export interface AdaLnBlock {
  /** [dCondition, 6 dModel]: shift, scale and gate of attention, then those of the perceptron. */
  readonly modulation: Linear;
  readonly attention: SelfAttention;
  readonly mlp: FeedForward;
}

/** What steers a block, and how that starts. */
export interface ModulationSizes {
  /** Default dModel. */
  readonly dCondition?: number;
  /** Of the modulation; its bias is 0. Default zeros, which is adaLN-Zero. */
  readonly modulationWeight?: Initialiser;
}

/** Sizes of an {@link AdaLnBlock}. */
export interface AdaLnSizes extends AttentionSizes, FeedForwardSizes, ModulationSizes {}

/**
 * A transformer block under adaptive layer normalisation (DiT, arXiv:2212.09748, figure 3):
 *
 *     shift1, scale1, gate1, shift2, scale2, gate2 = silu(condition) w + b
 *     h = x + gate1 attention(norm(x) (1 + scale1) + shift1)
 *     y = h + gate2 mlp(norm(h) (1 + scale2) + shift2)
 *
 * The norms have no parameters, and an epsilon of 1e-6 as in DiT. A fresh block is the identity.
 */
export const adaLnBlock = {
  /**
   * Fresh parameters.
   *
   * @throws {ConfigError} As `selfAttention.init` and `mlp.init`.
   */
  init(key: Key, sizes: AdaLnSizes): AdaLnBlock {
    return {
      modulation: initModulation(key, sizes, 6),
      attention: selfAttention.init(foldIn(key, 'attention'), sizes),
      mlp: feedForward.init(foldIn(key, 'mlp'), sizes),
    };
  },

  /**
   * @param x - [batch, seq, dModel].
   * @param condition - [batch, dCondition] for all positions, or [batch, seq, dCondition].
   * @returns [batch, seq, dModel].
   * @throws {ShapeError} If `condition` is neither.
   */
  apply(
    params: AdaLnBlock,
    x: Tensor,
    condition: Tensor,
    options: AttentionLayerOptions & ResidualOptions,
  ): Tensor {
    const { epsilon = 1e-6, activation, dropout } = options;
    const [shift1, scale1, gate1, shift2, scale2, gate2] = modulationOf(params.modulation, {
      condition,
      parts: 6,
    });
    if (!shift1 || !scale1 || !gate1 || !shift2 || !scale2 || !gate2) {
      throw new Error('internal: splitAxis gave less than six parts');
    }
    const first = modulate(layerNorm(x, { epsilon }), shift1, scale1);
    const attended = selfAttention.apply(params.attention, first, options);
    const h = x.add(gate1.mul(dropPart(attended, 'attention', dropout)));
    const second = modulate(layerNorm(h, { epsilon }), shift2, scale2);
    const y = feedForward.apply(params.mlp, second, activation);
    return h.add(gate2.mul(dropPart(y, 'mlp', dropout)));
  },
};

/** Parameters of a last layer that is steered by a condition. */
export interface AdaLnHead {
  /** [dCondition, 2 dModel]: shift and scale. */
  readonly modulation: Linear;
  /** [dModel, dOut]. */
  readonly linear: Linear;
}

/** The layer after the last {@link adaLnBlock}: norm, modulation, projection. A fresh one gives 0. */
export const adaLnHead = {
  /**
   * Fresh parameters.
   *
   * @param sizes - `weight`: of the projection; default zeros, as in DiT.
   */
  init(
    key: Key,
    sizes: ModulationSizes & {
      readonly dModel: number;
      readonly dOut: number;
      readonly weight?: Initialiser;
    },
  ): AdaLnHead {
    const { dModel, dOut, weight = zerosInit } = sizes;
    return {
      modulation: initModulation(key, sizes, 2),
      linear: linearLayer.init(foldIn(key, 'linear'), dModel, dOut, { weight }),
    };
  },

  /**
   * @param x - [batch, seq, dModel].
   * @param condition - [batch, dCondition] or [batch, seq, dCondition].
   * @returns [batch, seq, dOut].
   * @throws {ShapeError} If `condition` is neither.
   */
  apply(
    params: AdaLnHead,
    x: Tensor,
    condition: Tensor,
    { epsilon = 1e-6 }: Pick<ResidualOptions, 'epsilon'> = {},
  ): Tensor {
    const [shift, scale] = modulationOf(params.modulation, { condition, parts: 2 });
    if (!shift || !scale) throw new Error('internal: splitAxis gave one part');
    return linearLayer.apply(params.linear, modulate(layerNorm(x, { epsilon }), shift, scale));
  },
};

function initModulation(
  key: Key,
  sizes: ModulationSizes & { readonly dModel: number },
  parts: number,
): Linear {
  const { dModel, dCondition = dModel, modulationWeight: weight = zerosInit } = sizes;
  return linearLayer.init(foldIn(key, 'modulation'), dCondition, parts * dModel, { weight });
}

/** The parts of a modulation, [batch, 1 or seq, dModel] each. */
function modulationOf(
  params: Linear,
  { condition, parts }: { readonly condition: Tensor; readonly parts: number },
): readonly Tensor[] {
  if (condition.rank !== 2 && condition.rank !== 3) {
    throw new ShapeError(
      `adaLn: the condition is [${condition.shape.join(', ')}]; expected [batch, dCondition] or [batch, seq, dCondition]`,
    );
  }
  const [batch = 1, width = 1] = condition.shape;
  const perPosition = condition.rank === 3 ? condition : condition.reshape([batch, 1, width]);
  return splitAxis(linearLayer.apply(params, silu(perPosition)), parts, -1);
}

function modulate(x: Tensor, shift: Tensor, scale: Tensor): Tensor {
  return x.mul(scale.add(1)).add(shift);
}
