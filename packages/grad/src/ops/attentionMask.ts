import { isFloat, type DType } from '../dtype.ts';
import { ConfigError, ShapeError } from '../errors.ts';
import { broadcastShapes, formatShape, sameShape, type Shape } from '../shape.ts';
import { full, hostData, isConcrete, tensor, zeros, type Tensor } from '../tensor.ts';
import { where } from './where.ts';

/**
 * What hides a key: finite, so that a row of nothing else has a softmax, and so large that exp gives
 * exactly 0 beside any score.
 */
const hidden = -1e30;

/**
 * The mask in which each position sees itself and those before it, counted from the end where there
 * are more keys than queries.
 *
 * @param keys - Default as many as queries.
 * @returns bool, [queries, keys].
 * @throws {ShapeError} If there are more queries than keys.
 */
export function causalMask(queries: number, keys = queries): Tensor {
  if (queries > keys) throw tooManyQueries(queries, keys);
  return maskOf(queries, keys, (query, key) => key <= query + keys - queries);
}

/**
 * The mask in which each position sees all of its own block and of the blocks before it: one scale
 * after another (arXiv:2404.02905), or blocks of text that are denoised together.
 *
 * @param blockSizes - Positions of each block in turn; all ones is the causal mask.
 * @returns bool, [seq, seq], where seq is the sum of the sizes.
 * @throws {ConfigError} If a size is not a positive integer, or there is none.
 */
export function blockCausalMask(blockSizes: readonly number[]): Tensor {
  if (blockSizes.length === 0 || !blockSizes.every((size) => Number.isInteger(size) && size > 0)) {
    throw new ConfigError(
      `blockCausalMask: block sizes are ${formatShape(blockSizes)}; expected one or more positive integers`,
    );
  }
  const blocks = blockSizes.flatMap((size, block) => Array.from({ length: size }, () => block));
  return maskOf(blocks.length, blocks.length, (query, key) => {
    const [own = 0, other = 0] = [blocks[query], blocks[key]];
    return other <= own;
  });
}

/**
 * The mask of a prefix language model (arXiv:1910.10683): every position sees the whole prefix, and
 * after it each sees itself and those before it.
 *
 * @param prefix - Positions of the prefix, 0 to seq.
 * @returns bool, [seq, seq].
 * @throws {ConfigError} If `prefix` is not an integer from 0 to seq.
 */
export function prefixMask(prefix: number, seq: number): Tensor {
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > seq) {
    throw new ConfigError(
      `prefixMask: prefix = ${prefix} is not an integer from 0 to seq = ${seq}`,
    );
  }
  return maskOf(seq, seq, (query, key) => key < prefix || key <= query);
}

/** What is added to scores for {@link causalMask}, from two short constants. */
export function causalBias(queries: number, keys: number, dtype: DType): Tensor | null {
  if (queries > keys) throw tooManyQueries(queries, keys);
  if (queries === 1) return null;
  const last = Int32Array.from({ length: queries }, (_, i) => i + keys - queries);
  const isSeen = tensor(last, { shape: [queries, 1] }).greaterEqual(positions(keys));
  return biasOf(isSeen, dtype);
}

/** 0 to count - 1, int32. */
export function positions(count: number): Tensor {
  return tensor(Int32Array.from({ length: count }, (_, i) => i));
}

/** 0 where a key may be seen, else what hides it. */
export function biasOf(isSeen: Tensor, dtype: DType): Tensor {
  return where(isSeen, zeros([], dtype), full([], hidden, dtype));
}

/**
 * What is added to scores for a mask.
 *
 * @param scores - The shape that the mask broadcasts to.
 * @returns `isVisible`: 1 for each row that sees a key, else 0, [..., queries, 1]; null where every row
 * of a mask of known numbers sees one.
 */
export function attentionBias(
  mask: Tensor,
  scores: Shape,
  dtype: DType,
): { readonly bias: Tensor; readonly isVisible: Tensor | null } {
  if (mask.rank === 0 || !sameShape(broadcastShapes('attention', mask.shape, scores), scores)) {
    throw new ShapeError(
      `attention: the mask ${formatShape(mask.shape)} does not broadcast to the scores ${formatShape(scores)}`,
    );
  }
  if (mask.dtype !== 'bool' && mask.dtype !== dtype) {
    throw new ShapeError(
      `attention: the mask is ${mask.dtype}; expected bool, or ${dtype} as the queries are`,
    );
  }
  const bias = isFloat(mask.dtype) ? mask.maximum(hidden) : biasOf(mask, dtype);
  if (isConcrete(mask) && everyRowSees(mask)) return { bias, isVisible: null };
  const best = bias.max(-1, { keepDims: true });
  return { bias, isVisible: best.greater(hidden).cast(dtype) };
}

function everyRowSees(mask: Tensor): boolean {
  const values = hostData(mask);
  const keys = mask.shape.at(-1) ?? 1;
  const rows = values.length / keys;
  const isSeen = (at: number) =>
    mask.dtype === 'bool' ? Number(values[at]) !== 0 : Number(values[at]) > hidden;
  return Array.from({ length: rows }, (_, row) => row * keys).every((start) =>
    Array.from({ length: keys }, (_, key) => start + key).some(isSeen),
  );
}

function maskOf(
  queries: number,
  keys: number,
  isSeen: (query: number, key: number) => boolean,
): Tensor {
  const data = Array.from({ length: queries * keys }, (_, i) =>
    Number(isSeen(Math.floor(i / keys), i % keys)),
  );
  return tensor(data, { shape: [queries, keys], dtype: 'bool' });
}

function tooManyQueries(queries: number, keys: number): ShapeError {
  return new ShapeError(
    `attention: a causal mask of ${queries} queries and ${keys} keys has queries without a key; give it as many keys as queries, or more`,
  );
}
