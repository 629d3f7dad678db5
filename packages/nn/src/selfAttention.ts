import {
  ConfigError,
  attention,
  cachedAttention,
  foldIn,
  mergeHeads,
  splitHeads,
  type AttentionOptions,
  type CachedAttentionOptions,
  type CachedRows,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import type { Initialiser } from './initialisers.ts';
import { linearLayer, projectionLayer, type Projection } from './linear.ts';

/** Parameters of self-attention. */
export interface SelfAttention {
  /** [dModel, (nHeads + 2 nKvHeads) dHead]: columns of queries, keys and values, head by head. */
  readonly qkv: Projection;
  /** [nHeads dHead, dModel]. */
  readonly out: Projection;
}

/** Heads of attention. */
export interface HeadCounts {
  readonly nHeads: number;
  /** A divisor of nHeads; fewer is grouped-query attention. Default nHeads. */
  readonly nKvHeads?: number;
}

/** Sizes of attention and how it starts. */
export interface AttentionSizes extends HeadCounts {
  readonly dModel: number;
  /** Default dModel / nHeads. */
  readonly dHead?: number;
  /** Default true. */
  readonly hasBias?: boolean;
  /** Of the weights; biases then start at 0. Default PyTorch's linear layers. */
  readonly weight?: Initialiser;
  /** Of the output projection. Default as `weight`. */
  readonly outWeight?: Initialiser;
}

/** What happens to queries and keys before they meet. */
export interface HeadTransform {
  /**
   * Maps queries and keys, [batch, heads, seq, dHead]: rotary positions, `(x) => rope(x, rotation)`, or
   * a normalisation. Default as they are.
   */
  readonly transform?: (heads: Tensor, part: 'q' | 'k') => Tensor;
}

/** Options of attention layers. */
export interface AttentionLayerOptions extends HeadCounts, AttentionOptions, HeadTransform {}

/** Options of a step of decoding: heads, and which layer of which cache. */
export interface CachedLayerOptions extends HeadCounts, CachedAttentionOptions, HeadTransform {}

/** Multi-head and grouped-query self-attention (arXiv:1706.03762, arXiv:2305.13245). */
export const selfAttention = {
  /**
   * Fresh parameters.
   *
   * @throws {ConfigError} If nHeads does not divide dModel and dHead is not given, or nKvHeads does not
   * divide nHeads.
   */
  init(key: Key, sizes: AttentionSizes): SelfAttention {
    const { dModel, hasBias = true, weight, outWeight = weight } = sizes;
    const { nHeads, nKvHeads, dHead } = headSizes('selfAttention.init', sizes);
    const width = (nHeads + 2 * nKvHeads) * dHead;
    return {
      qkv: projectionLayer.init(foldIn(key, 'qkv'), dModel, width, {
        hasBias,
        ...(weight && { weight }),
      }),
      out: projectionLayer.init(foldIn(key, 'out'), nHeads * dHead, dModel, {
        hasBias,
        ...(outWeight && { weight: outWeight }),
      }),
    };
  },

  /**
   * @param x - [batch, seq, dModel].
   * @param options - `mask`: `causal`, bool or added, default none. The counts must be those of `init`.
   * @returns [batch, seq, dModel].
   */
  apply(params: SelfAttention, x: Tensor, options: AttentionLayerOptions): Tensor {
    const { q, k, v } = projectHeads(params, x, options);
    return linearLayer.apply(params.out, mergeHeads(attention(q, k, v, options)));
  },

  /**
   * Causal attention of new positions over a cache and over each other, as {@link apply} with a causal
   * mask over all of them.
   *
   * @param x - New positions, [batch, seq, dModel].
   * @param options - `transform` must know that the first of them stands at the cache's length.
   * @returns `y`, [batch, seq, dModel], and `rows` for `keyValueCache.append`.
   */
  applyCached(
    params: SelfAttention,
    x: Tensor,
    options: CachedLayerOptions,
  ): { readonly y: Tensor; readonly rows: CachedRows } {
    const { q, k, v } = projectHeads(params, x, options);
    const rows = { k, v };
    const y = linearLayer.apply(params.out, mergeHeads(cachedAttention(q, rows, options)));
    return { y, rows };
  },
};

function projectHeads(params: SelfAttention, x: Tensor, options: HeadCounts & HeadTransform) {
  const { nHeads, nKvHeads = nHeads, transform = (heads: Tensor) => heads } = options;
  const [q, k, v] = splitHeads(linearLayer.apply(params.qkv, x), [nHeads, nKvHeads, nKvHeads]);
  if (!q || !k || !v) throw new Error('internal: splitHeads gave less than three parts');
  return { q: transform(q, 'q'), k: transform(k, 'k'), v };
}

/** Numbers and width of heads, with their defaults. */
export function headSizes(
  operation: string,
  sizes: AttentionSizes,
): Required<HeadCounts> & { readonly dHead: number } {
  const { dModel, nHeads, nKvHeads = nHeads, dHead = dModel / nHeads } = sizes;
  const isCount = (size: number) => Number.isInteger(size) && size > 0;
  if (![dModel, nHeads, nKvHeads, dHead].every(isCount) || nHeads % nKvHeads !== 0) {
    throw new ConfigError(
      `${operation}: dModel = ${dModel}, nHeads = ${nHeads}, nKvHeads = ${nKvHeads}, dHead = ${dHead}; expected positive integers, nHeads a multiple of nKvHeads`,
    );
  }
  return { nHeads, nKvHeads, dHead };
}
