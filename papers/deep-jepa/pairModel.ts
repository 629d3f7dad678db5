/** Pairs of views (x, y): where a feature's lambda and rho come from, in models and in data. */
import { ConfigError, foldIn, normals, type Key } from '@working-papers/grad';
import { multiply, transpose, type Matrix } from '@working-papers/metrics';
import type { PairCovariances } from './moments.ts';
import { diagonalMatrix } from './network.ts';

/** Pairs whose moments are diagonal: what the theory needs to know of them, [d] each. */
export interface LinearPairModel {
  /** Covariance of the two views of each feature, above 0. */
  readonly lambda: Float64Array;
  /** lambda over the feature's variance, the same in both views; above 0, at most 1. */
  readonly rho: Float64Array;
}

/** How such pairs come about: x = s u + n e, y = s u' + n e' with u' = g u + sqrt(1 - g^2) xi. */
export interface GenerativeModel extends LinearPairModel {
  /** s, [d]. */
  readonly scale: readonly number[];
  /** g, correlation of the latents of the two views, [d]. */
  readonly memory: readonly number[];
  /** n, [d]. */
  readonly noise: readonly number[];
}

/**
 * A model by its lambda and rho alone.
 *
 * @throws {ConfigError} If the lengths differ, a lambda is not positive, or a rho is not above 0 and at
 * most 1, which equal variances of both views demand.
 */
export function linearPairModel(
  lambda: ArrayLike<number>,
  rho: ArrayLike<number>,
): LinearPairModel {
  if (lambda.length !== rho.length || lambda.length === 0) {
    throw new ConfigError(
      `linearPairModel: ${lambda.length} values of lambda and ${rho.length} of rho; expected one of each per feature`,
    );
  }
  for (let i = 0; i < lambda.length; i++) {
    if (!(lambda[i]! > 0)) {
      throw new ConfigError(
        `linearPairModel: feature ${i} has lambda = ${lambda[i]}; expected a positive covariance`,
      );
    }
    if (!(rho[i]! > 0 && rho[i]! <= 1)) {
      throw new ConfigError(
        `linearPairModel: feature ${i} has rho = ${rho[i]}; with equal variances it is above 0 and at most 1`,
      );
    }
  }
  return { lambda: Float64Array.from(lambda), rho: Float64Array.from(rho) };
}

/**
 * Two noisy views of one latent: lambda = s^2, rho = s^2 / (s^2 + n^2). Noise lowers rho alone.
 *
 * @throws {ConfigError} As {@link linearPairModel}, or if a noise is negative.
 */
export function staticModel(signal: readonly number[], noise: readonly number[]): GenerativeModel {
  return dynamicModel(
    signal,
    signal.map(() => 1),
    noise,
  );
}

/**
 * Successive frames of latents that decay: lambda = g s^2, rho = g s^2 / (s^2 + n^2). Slow features, of
 * large memory, have a large rho.
 *
 * @throws {ConfigError} As {@link linearPairModel}, or if a noise is negative.
 */
export function dynamicModel(
  scale: readonly number[],
  memory: readonly number[],
  noise: readonly number[],
): GenerativeModel {
  if (memory.length !== scale.length || noise.length !== scale.length) {
    throw new ConfigError(
      `dynamicModel: ${scale.length} scales, ${memory.length} memories and ${noise.length} noises; expected one of each per feature`,
    );
  }
  const negative = noise.findIndex((n) => !(n >= 0));
  if (negative >= 0) {
    throw new ConfigError(
      `dynamicModel: feature ${negative} has noise ${noise[negative]}; expected 0 or more`,
    );
  }
  const lambda = scale.map((s, i) => memory[i]! * s * s);
  const rho = lambda.map((value, i) => value / (scale[i]! ** 2 + noise[i]! ** 2));
  return { ...linearPairModel(lambda, rho), scale, memory, noise };
}

/** The moments of a model, in its own coordinates or turned by an orthogonal matrix: x -> Q x, y -> Q y. */
export function momentsOf({ lambda, rho }: LinearPairModel, rotation?: Matrix): PairCovariances {
  const turned = (values: Float64Array): Matrix => {
    const diagonal = diagonalMatrix(values);
    return rotation ? multiply(rotation, multiply(diagonal, transpose(rotation))) : diagonal;
  };
  const variances = turned(lambda.map((value, i) => value / rho[i]!));
  return { xx: variances, xy: turned(lambda), yy: variances };
}

/**
 * Draws pairs of a generative model with normal latents and noises.
 *
 * @returns x and y, [count, d] each, row by row.
 */
export function samplePairs(
  { scale, memory, noise }: GenerativeModel,
  { count, key }: { readonly count: number; readonly key: Key },
): { readonly x: Float64Array; readonly y: Float64Array } {
  const dim = scale.length;
  const [u, xi, e, f] = ['u', 'xi', 'e', "e'"].map((name) =>
    normals(foldIn(key, name), count * dim),
  );
  const x = new Float64Array(count * dim);
  const y = new Float64Array(count * dim);
  for (let at = 0; at < x.length; at++) {
    const i = at % dim;
    const [s, g, n] = [scale[i]!, memory[i]!, noise[i]!];
    x[at] = s * u![at]! + n * e![at]!;
    y[at] = s * (g * u![at]! + Math.sqrt(1 - g * g) * xi![at]!) + n * f![at]!;
  }
  return { x, y };
}
