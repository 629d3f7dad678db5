import { foldIn, normals, type Key } from '@working-papers/grad';
import type { Points } from '@working-papers/metrics';
import type { NeuralDenoiser } from './neuralDenoiser.ts';

/** A held-out point and its noise. */
export interface NoisyPlace {
  readonly denoiser: NeuralDenoiser;
  readonly heldOut: Points;
  /** In units of the deviation of the data. */
  readonly level: number;
  readonly index: number;
  readonly key: Key;
}

/** A held-out point with noise, as a deviation from the mean of the training data. */
export function noisyPoint({ denoiser, heldOut, level, index, key }: NoisyPlace): {
  readonly xt: Float32Array;
  readonly sigma: number;
} {
  const { dim } = heldOut;
  const sigma = level * denoiser.sigmaData;
  const noise = normals(foldIn(foldIn(key, 'noise'), index), dim);
  const clean = heldOut.data.subarray(index * dim, (index + 1) * dim);
  return { xt: clean.map((x, i) => x - denoiser.mean[i]! + sigma * noise[i]!), sigma };
}
