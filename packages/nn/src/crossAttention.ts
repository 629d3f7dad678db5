import {
  attention,
  foldIn,
  mergeHeads,
  splitHeads,
  type Key,
  type Tensor,
} from '@working-papers/grad';
import { linearLayer, projectionLayer, type Projection } from './linear.ts';
import { headSizes, type AttentionLayerOptions, type AttentionSizes } from './selfAttention.ts';

/** Parameters of cross-attention. */
export interface CrossAttention {
  /** [dModel, nHeads dHead]. */
  readonly q: Projection;
  /** [dContext, 2 nKvHeads dHead]: columns of keys, then of values, head by head. */
  readonly kv: Projection;
  /** [nHeads dHead, dModel]. */
  readonly out: Projection;
}

/** Attention of one sequence over another, the context. */
export const crossAttention = {
  /**
   * Fresh parameters.
   *
   * @param sizes - `dContext`: default dModel.
   * @throws {ConfigError} As `selfAttention.init`.
   */
  init(key: Key, sizes: AttentionSizes & { readonly dContext?: number }): CrossAttention {
    const { dModel, dContext = dModel, hasBias = true, weight, outWeight = weight } = sizes;
    const { nHeads, nKvHeads, dHead } = headSizes('crossAttention.init', sizes);
    const start = { hasBias, ...(weight && { weight }) };
    return {
      q: projectionLayer.init(foldIn(key, 'q'), dModel, nHeads * dHead, start),
      kv: projectionLayer.init(foldIn(key, 'kv'), dContext, 2 * nKvHeads * dHead, start),
      out: projectionLayer.init(foldIn(key, 'out'), nHeads * dHead, dModel, {
        hasBias,
        ...(outWeight && { weight: outWeight }),
      }),
    };
  },

  /**
   * @param x - [batch, seq, dModel].
   * @param context - [batch, contextSeq, dContext].
   * @param options - `mask` broadcasts to [batch, nHeads, seq, contextSeq]. The counts must be those of
   * `init`.
   * @returns [batch, seq, dModel].
   */
  apply(
    params: CrossAttention,
    x: Tensor,
    context: Tensor,
    options: AttentionLayerOptions,
  ): Tensor {
    const { nHeads, nKvHeads = nHeads, transform = (heads: Tensor) => heads } = options;
    const [q] = splitHeads(linearLayer.apply(params.q, x), [nHeads]);
    const [k, v] = splitHeads(linearLayer.apply(params.kv, context), [nKvHeads, nKvHeads]);
    if (!q || !k || !v) throw new Error('internal: splitHeads gave too few parts');
    const y = attention(transform(q, 'q'), transform(k, 'k'), v, options);
    return linearLayer.apply(params.out, mergeHeads(y));
  },
};
