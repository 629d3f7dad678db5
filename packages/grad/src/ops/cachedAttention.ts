import { ShapeError } from '../errors.ts';
import type { CachedRows, KeyValueCache } from '../keyValueCache.ts';
import type { Tensor } from '../tensor.ts';
import { checkHeads, checkScale, splitGroups } from './attention.ts';
import { biasOf, causalBias, positions } from './attentionMask.ts';
import { concat } from './concat.ts';

/**
 * Causal attention of new positions over those of a cache and over each other: what `attention` over
 * all positions gives for the last of them. The cache is read, not copied: the new rows come in beside
 * it, and the host writes them with `keyValueCache.append` afterwards.
 *
 * @param q - [batch, nHeads, new positions, dHead].
 * @param rows - Keys and values of the new positions, [batch, nKvHeads, new positions, dHead].
 * @param options - Which cache, and which of its layers.
 * @returns [batch, nHeads, new positions, dHead].
 * @throws {ShapeError} If the sizes do not fit or the cache has no such layer.
 * @throws {ConfigError} If `scale` is not a finite number.
 */
export function cachedAttention(
  q: Tensor,
  rows: CachedRows,
  options: CachedAttentionOptions,
): Tensor {
  const { cache, layer, scale = 1 / Math.sqrt(q.shape.at(-1) ?? 1) } = options;
  checkScale('cachedAttention', scale);
  const past = cache.layers[layer];
  if (past === undefined) {
    throw new ShapeError(
      `cachedAttention: there is no layer ${layer}; the cache has ${cache.layers.length}`,
    );
  }
  checkHeads('cachedAttention', [q.shape, rows.k.shape, rows.v.shape]);
  checkHeads('cachedAttention', [q.shape, past.k.shape, past.v.shape]);
  const [, nHeads = 1, added = 1] = q.shape;
  const [, nKvHeads = 1, capacity = 1] = past.k.shape;
  const groups = nHeads / nKvHeads;
  const split = (x: Tensor, inGroup: number) =>
    groups === 1 ? x : splitGroups(x, nKvHeads, inGroup);
  const query = split(q, groups);
  const scores = (k: Tensor) => query.matmul(split(k, 1), { transposeB: true, scale });
  const isFilled = positions(capacity).less(cache.length);
  const among = causalBias(added, added, q.dtype);
  const recent = among ? scores(rows.k).add(among) : scores(rows.k);
  const all = concat([scores(past.k).add(biasOf(isFilled, q.dtype)), recent], -1).softmax();
  const read = (v: Tensor, start: number, end: number) =>
    all.slice({ axis: -1, start, end }).matmul(split(v, 1));
  const y = read(past.v, 0, capacity).add(read(rows.v, capacity, capacity + added));
  return y.reshape(q.shape);
}

/** Options of {@link cachedAttention}. */
export interface CachedAttentionOptions {
  readonly cache: KeyValueCache;
  readonly layer: number;
  /** Factor of the scores. Default 1 / sqrt(dHead). */
  readonly scale?: number;
}
