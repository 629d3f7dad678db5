/**
 * The GPT of the benchmarks, also decoded token by token: pre-norm blocks, exact GELU in an MLP of
 * 4 dModel, learned positions, an output matrix of its own, and a bias in the MLP's first layer only.
 */
import {
  attention,
  cachedAttention,
  foldIn,
  gelu,
  layerNorm,
  linear,
  mergeHeads,
  normals,
  ones,
  splitHeads,
  tensor,
  zeros,
  type CachedRows,
  type Key,
  type KeyValueCache,
  type Tensor,
} from '../src/index.ts';

/** Sizes of a model. */
export interface GptSizes {
  readonly dModel: number;
  readonly nLayers: number;
  readonly nHeads: number;
  readonly vocabSize: number;
  readonly contextLength: number;
}

/** Scale and shift of a layer normalisation, [dModel] each. */
export interface Norm {
  readonly scale: Tensor;
  readonly shift: Tensor;
}

/** Weights of one block, [dIn, dOut]; the bias is that of `up`. */
export interface GptBlock {
  readonly norm1: Norm;
  readonly qkv: Tensor;
  readonly out: Tensor;
  readonly norm2: Norm;
  readonly up: Tensor;
  readonly bias: Tensor;
  readonly down: Tensor;
}

/** All weights. */
export interface Gpt {
  readonly tokens: Tensor;
  readonly positions: Tensor;
  readonly blocks: readonly GptBlock[];
  readonly norm: Norm;
  readonly head: Tensor;
}

/** Weights from a normal distribution of deviation 0.02, norms of 1 and 0. */
export function initGpt(key: Key, sizes: GptSizes): Gpt {
  const { dModel, nLayers, vocabSize, contextLength } = sizes;
  const weights = (name: string, rows: number, columns: number) =>
    tensor(
      normals(foldIn(key, name), rows * columns).map((v) => 0.02 * v),
      { shape: [rows, columns] },
    );
  const norm = (): Norm => ({ scale: ones([dModel]), shift: zeros([dModel]) });
  return {
    tokens: weights('tokens', vocabSize, dModel),
    positions: weights('positions', contextLength, dModel),
    blocks: Array.from({ length: nLayers }, (_, i) => ({
      norm1: norm(),
      qkv: weights(`${i} qkv`, dModel, 3 * dModel),
      out: weights(`${i} out`, dModel, dModel),
      norm2: norm(),
      up: weights(`${i} up`, dModel, 4 * dModel),
      bias: zeros([4 * dModel]),
      down: weights(`${i} down`, 4 * dModel, dModel),
    })),
    norm: norm(),
    head: weights('head', dModel, vocabSize),
  };
}

/**
 * Logits of every position.
 *
 * @param tokens - int32, [batch, seq]; seq is the context length.
 * @returns [batch, seq, vocabSize].
 */
export function gptLogits(gpt: Gpt, tokens: Tensor, nHeads: number): Tensor {
  const seq = tokens.shape[1] ?? 1;
  const positions = gpt.positions.slice({ axis: 0, end: seq });
  let x = gpt.tokens.gather(tokens).add(positions); // [batch, seq, dModel]
  for (const block of gpt.blocks) {
    x = applyBlock(block, x, nHeads, (q, k, v) => attention(q, k, v, { mask: 'causal' }));
  }
  return layerNorm(x, gpt.norm).matmul(gpt.head);
}

/**
 * Logits of the tokens that follow those in the cache.
 *
 * @param tokens - int32, [batch, seq].
 * @returns The logits, [batch, seq, vocabSize], and the rows that the cache takes.
 */
export function gptDecode(
  gpt: Gpt,
  tokens: Tensor,
  cache: KeyValueCache,
  nHeads: number,
): { readonly logits: Tensor; readonly rows: readonly CachedRows[] } {
  const seq = tokens.shape[1] ?? 1;
  const offsets = tensor(Int32Array.from({ length: seq }, (_, i) => i));
  let x = gpt.tokens.gather(tokens).add(gpt.positions.gather(offsets.add(cache.length)));
  const rows: CachedRows[] = [];
  gpt.blocks.forEach((block, i) => {
    x = applyBlock(block, x, nHeads, (q, k, v) => {
      rows.push({ k, v });
      return cachedAttention(q, { k, v }, { cache, layer: i });
    });
  });
  return { logits: layerNorm(x, gpt.norm).matmul(gpt.head), rows };
}

/**
 * A block: x + attention, then + MLP.
 *
 * @param x - [batch, seq, dModel].
 * @param attend - Gets queries, keys and values, [batch, nHeads, seq, dHead].
 */
export function applyBlock(
  block: GptBlock,
  x: Tensor,
  nHeads: number,
  attend: (q: Tensor, k: Tensor, v: Tensor) => Tensor,
): Tensor {
  const projected = layerNorm(x, block.norm1).matmul(block.qkv);
  const [q, k, v] = splitHeads(projected, [nHeads, nHeads, nHeads]);
  if (!q || !k || !v) throw new Error('internal: splitHeads gave too few parts');
  const attended = x.add(mergeHeads(attend(q, k, v)).matmul(block.out));
  const hidden = gelu(linear(layerNorm(attended, block.norm2), block.up, block.bias));
  return attended.add(hidden.matmul(block.down));
}
