import { ConfigError, concat, tensor, type Tensor } from '@working-papers/grad';
import { inverseWavelengths } from './positions.ts';

/**
 * Cosines, then sines, of t / maxPeriod^(2i / width): how a diffusion model is told its time
 * (arXiv:2006.11239; this order and these frequencies are those of guided-diffusion and DiT).
 *
 * @param t - [batch] or any shape; of the order of 1000, so multiply times that end at 1.
 * @param width - Even.
 * @param maxPeriod - Default 10,000.
 * @returns [...t.shape, width].
 * @throws {ConfigError} If `width` is not a positive even integer.
 */
export function timestepEmbedding(t: Tensor, width: number, maxPeriod = 10_000): Tensor {
  if (!Number.isInteger(width) || width < 2 || width % 2 !== 0) {
    throw new ConfigError(`timestepEmbedding: width = ${width} is not a positive even integer`);
  }
  const frequencies = tensor(inverseWavelengths(width, maxPeriod), { dtype: t.dtype });
  const angles = t.reshape([...t.shape, 1]).mul(frequencies);
  return concat([angles.cos(), angles.sin()], -1);
}
