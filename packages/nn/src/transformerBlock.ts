import { foldIn, type CachedRows, type Key, type Shape, type Tensor } from '@working-papers/grad';
import { dropout, type Dropout } from './dropout.ts';
import { feedForward, type FeedForward, type FeedForwardSizes } from './feedForward.ts';
import {
  applyNorm,
  layerNormLayer,
  rmsNormLayer,
  type LayerNorm,
  type NormOptions,
  type RmsNorm,
} from './norm.ts';
import {
  selfAttention,
  type AttentionLayerOptions,
  type AttentionSizes,
  type CachedLayerOptions,
  type SelfAttention,
} from './selfAttention.ts';

/** Parameters of a block. */
export interface TransformerBlock {
  readonly norm1: LayerNorm | RmsNorm;
  readonly attention: SelfAttention;
  readonly norm2: LayerNorm | RmsNorm;
  readonly mlp: FeedForward;
}

/** Sizes of a block and how it starts. `hasBias` is that of attention. */
export interface BlockSizes extends AttentionSizes, FeedForwardSizes {
  /** Default layer. */
  readonly norm?: 'layer' | 'rms';
}

/** Noise for the output of attention and of the perceptron, [batch, seq, dModel] each. */
export interface BlockNoise {
  readonly attention: Tensor;
  readonly mlp: Tensor;
}

/** What a block does besides attention. */
export interface ResidualOptions extends NormOptions {
  /** Of the perceptron. Default GELU, or SiLU where gated. */
  readonly activation?: (x: Tensor) => Tensor;
  /** Of both outputs, before they are added; leave it out in evaluation. */
  readonly dropout?: Dropout<BlockNoise>;
}

/**
 * A transformer block that normalises before its parts (arXiv:2002.04745):
 * h = x + attention(norm1(x)), y = h + mlp(norm2(h)). The last block wants a norm after it.
 */
export const transformerBlock = {
  /**
   * Fresh parameters. GPT-2 divides `outWeight` by sqrt(2 nLayers).
   *
   * @throws {ConfigError} As `selfAttention.init` and `mlp.init`.
   */
  init(key: Key, sizes: BlockSizes): TransformerBlock {
    const normLayer = sizes.norm === 'rms' ? rmsNormLayer : layerNormLayer;
    return {
      norm1: normLayer.init(sizes.dModel),
      attention: selfAttention.init(foldIn(key, 'attention'), sizes),
      norm2: normLayer.init(sizes.dModel),
      mlp: feedForward.init(foldIn(key, 'mlp'), sizes),
    };
  },

  /**
   * Noise for dropout, made on the host.
   *
   * @param key - Of the step and the block.
   * @param shape - Of x, or [batch, 1, 1] to drop the whole block for an example.
   */
  noise(key: Key, shape: Shape): BlockNoise {
    return {
      attention: dropout.noise(foldIn(key, 'attention'), shape),
      mlp: dropout.noise(foldIn(key, 'mlp'), shape),
    };
  },

  /**
   * @param x - [batch, seq, dModel].
   * @returns [batch, seq, dModel].
   */
  apply(
    params: TransformerBlock,
    x: Tensor,
    options: AttentionLayerOptions & ResidualOptions,
  ): Tensor {
    const normal = applyNorm(params.norm1, x, options);
    return residual(
      params,
      { x, y: selfAttention.apply(params.attention, normal, options) },
      options,
    );
  },

  /**
   * The block on new positions over a cache: see `selfAttention.applyCached`.
   *
   * @param x - New positions, [batch, seq, dModel].
   * @returns `y`, [batch, seq, dModel], and `rows` for `keyValueCache.append`.
   */
  applyCached(
    params: TransformerBlock,
    x: Tensor,
    options: CachedLayerOptions & Omit<ResidualOptions, 'dropout'>,
  ): { readonly y: Tensor; readonly rows: CachedRows } {
    const normal = applyNorm(params.norm1, x, options);
    const { y, rows } = selfAttention.applyCached(params.attention, normal, options);
    return { y: residual(params, { x, y }, options), rows };
  },
};

/** What follows attention, whose output is y. */
function residual(
  params: TransformerBlock,
  { x, y }: { readonly x: Tensor; readonly y: Tensor },
  options: ResidualOptions,
): Tensor {
  const h = x.add(dropPart(y, 'attention', options.dropout));
  const normal = applyNorm(params.norm2, h, options);
  return h.add(
    dropPart(feedForward.apply(params.mlp, normal, options.activation), 'mlp', options.dropout),
  );
}

/** Dropout of one part of a block. */
export function dropPart(
  x: Tensor,
  part: keyof BlockNoise,
  options: Dropout<BlockNoise> | undefined,
): Tensor {
  return options ? dropout.apply(x, { rate: options.rate, noise: options.noise[part] }) : x;
}
