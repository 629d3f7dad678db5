/** The Jacobian of a denoiser at a noisy point: its numerical rank and the directions that pass it. */
import {
  ConfigError,
  compile,
  jacobian,
  tensor,
  type Backend,
  type Tensor,
} from '@working-papers/grad';
import { matrix, svd, type Matrix } from '@working-papers/metrics';
import { denoiserOf, type NeuralDenoiser } from './neuralDenoiser.ts';

/** Jacobians of one denoiser; `dispose` when done. */
export interface Jacobians {
  /**
   * J = d x_theta(x_t, t) / d x_t.
   *
   * @param xt - A noisy point as a deviation from the mean of the training data, [dim].
   * @returns [dim, dim]; row i is the gradient of the i-th output.
   */
  readonly at: (xt: Float32Array, sigma: number) => Promise<Matrix>;
  readonly dispose: () => Promise<void>;
}

/** Compiles the Jacobian of a trained denoiser: one vector-Jacobian product per output, in one graph. */
export function jacobiansOf(
  { params, sigmaData, mean }: NeuralDenoiser,
  backend: Backend,
): Jacobians {
  const dim = mean.length;
  const compiled = compile(
    (weights: typeof params, xt: Tensor, sigma: Tensor) => {
      const denoise = denoiserOf(weights, sigmaData);
      return jacobian((x) => denoise(x, sigma), xt).reshape([dim, dim]);
    },
    { backend, name: 'Jacobian of the neural denoiser' },
  );
  return {
    at: async (xt, sigma) => {
      const x = tensor(xt, { shape: [1, dim] });
      const values = await (await compiled(params, x, tensor([sigma], { shape: [1, 1] }))).data();
      return matrix(dim, dim, Array.from(values, Number));
    },
    dispose: compiled.dispose,
  };
}

/**
 * The smallest r for which the r largest singular values hold the share `eta` of the Frobenius norm,
 * sqrt(sum_{i <= r} s_i^2) > eta sqrt(sum_i s_i^2). With 0.99 that is 98 % of the energy.
 *
 * Source: the definition in the paper's experiments on real images.
 *
 * @param values - Singular values, descending.
 * @throws {ConfigError} If `eta` is not between 0 and 1.
 */
export function numericalRank(values: ArrayLike<number>, eta = 0.99): number {
  if (!(eta > 0 && eta < 1)) {
    throw new ConfigError(`numericalRank: eta = ${eta}; expected a number between 0 and 1`);
  }
  const energies = Array.from(values, (value) => value * value);
  const total = energies.reduce((sum, energy) => sum + energy, 0);
  let kept = 0;
  let rank = 0;
  while (rank < energies.length && !(Math.sqrt(kept) > eta * Math.sqrt(total))) {
    kept += energies[rank++]!;
  }
  return total === 0 ? 0 : rank;
}

/** Right singular vectors of a Jacobian: moving x_t along them moves the denoised point most. */
export interface EditDirections {
  /** Unit vectors by falling singular value, each [dim]. */
  readonly directions: readonly Float32Array[];
  /** How far the denoised point moves for a step of 1 along each. */
  readonly gains: readonly number[];
}

/**
 * The `count` directions along which the denoised point moves most. Their sign is made unique: the
 * largest entry is positive.
 *
 * @throws {ConfigError} If `count` is not from 1 to the dimension.
 */
export function editDirections(j: Matrix, count: number): EditDirections {
  if (!Number.isInteger(count) || count < 1 || count > j.cols) {
    throw new ConfigError(
      `editDirections: count = ${count}; expected an integer from 1 to ${j.cols}`,
    );
  }
  const { values, v } = svd(j);
  const directions = Array.from({ length: count }, (_, k) => {
    const column = Float32Array.from({ length: v.rows }, (_unused, i) => v.data[i * v.cols + k]!);
    const peak = column.reduce((best, x) => (Math.abs(x) > Math.abs(best) ? x : best), 0);
    return peak < 0 ? column.map((x) => -x) : column;
  });
  return { directions, gains: Array.from(values.subarray(0, count)) };
}
