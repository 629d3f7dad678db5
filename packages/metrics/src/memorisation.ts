import { ConfigError, DataError } from '@working-papers/grad';
import { nearestNeighbours } from './nearestNeighbours.ts';
import type { Points } from './points.ts';

/** Which samples repeat a training point. */
export interface Memorisation {
  /** Share of the samples that are memorised. */
  readonly memorisedFraction: number;
  /** 1 for a memorised sample, else 0, [count]. */
  readonly isMemorised: Uint8Array;
  /** Euclidean distances to the nearest and the second nearest training point, [count, 2]. */
  readonly distances: Float64Array;
  /** Indices of those training points, [count, 2]. */
  readonly indices: Int32Array;
}

/**
 * Counts the samples that lie much nearer to one training point than to any other:
 *
 *     sample x is memorised  if  |x - y_1| < ratio |x - y_2|,
 *
 * with y_1 and y_2 its nearest and second nearest training points. The rule has no scale. A training
 * point that is there twice never counts, because then |x - y_1| = |x - y_2|: remove duplicates first.
 *
 * Costs count · n · dim at most; 1,000 samples against 30,000 images of 196 pixels take about two seconds.
 * Source: Yoon et al. 2023, "Diffusion Probabilistic Models Generalize when They Fail to Memorize";
 * the ratio 1/3 as in Gu et al. (arXiv:2310.02664).
 *
 * @param samples - Points [count, dim], count ≥ 1.
 * @param training - Points [n, dim], n ≥ 2, without duplicates.
 * @param ratio - Above 0 and at most 1.
 * @throws {ShapeError} If the dimensions differ.
 * @throws {DataError} If there are no samples or fewer than two training points.
 * @throws {ConfigError} If `ratio` is out of range.
 */
export function memorisation(samples: Points, training: Points, ratio = 1 / 3): Memorisation {
  if (!(ratio > 0 && ratio <= 1)) {
    throw new ConfigError(
      `memorisation: ratio = ${ratio}; expected a number above 0 and at most 1`,
    );
  }
  if (samples.count === 0 || training.count < 2) {
    throw new DataError(
      `memorisation: ${samples.count} samples, ${training.count} training points; expected 1 or more and 2 or more`,
    );
  }
  const { distances, indices } = nearestNeighbours(samples, training, 2);
  const isMemorised = new Uint8Array(samples.count);
  let memorised = 0;
  for (let i = 0; i < samples.count; i++) {
    if (distances[2 * i]! < ratio * distances[2 * i + 1]!) {
      isMemorised[i] = 1;
      memorised += 1;
    }
  }
  return { memorisedFraction: memorised / samples.count, isMemorised, distances, indices };
}
