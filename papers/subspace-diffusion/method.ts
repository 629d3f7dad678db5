/**
 * Diffusion models learn low-dimensional distributions via subspace clustering (arXiv:2409.02426).
 * For a mixture of low-rank Gaussians the optimal denoiser has a closed form with the subspaces as
 * its only parameters; minimising the diffusion loss over them is PCA for one subspace and subspace
 * clustering for several. This file is that denoiser and its loss; `training.ts` minimises it, `molrg.ts`
 * holds the data and `subspaces.ts` the classical algorithms that it is compared with.
 */
import {
  ConfigError,
  concat,
  div,
  oneHot,
  tensor,
  type DType,
  type Operand,
  type Tensor,
} from '@working-papers/grad';

/** The noise at a time t: x_t = signal * x0 + noise * eps, each a number or [..., count, 1]. */
export interface NoiseLevel {
  /** s_t; 1 in EDM's convention. */
  readonly signal: Operand;
  /** g_t; sigma in EDM's convention. */
  readonly noise: Operand;
}

/**
 * The posterior mean of a mixture of low-rank Gaussians, equally likely a priori:
 *
 *     E[x0 | x_t] = c_t sum_k w_k(x_t) U_k U_k^T x_t,                         c_t = s / (s^2 + g^2)
 *     w = softmax_k( phi_t |U_k^T x_t|^2 + d_k/2 log(g^2 / (s^2 + g^2)) ),  phi_t = s^2 / (2 g^2 (s^2 + g^2))
 *
 * (the paper's lemma on the optimal denoiser, before equation 8; the second term of w cancels if all
 * d_k are equal).
 *
 * @param xt - Noisy points, [..., count, n].
 * @param bases - U_k, [..., n, d_k].
 * @param level - s_t and g_t > 0.
 * @param weights - Given weights w, [..., count, K], instead of the posterior ones; see `hardWeights`.
 * @returns [..., count, n].
 * @throws {ConfigError} If s_t or g_t is a number that is not positive.
 */
export function posteriorMean(
  xt: Tensor,
  bases: readonly Tensor[],
  level: NoiseLevel,
  weights = posteriorWeights(xt, bases, level),
): Tensor {
  const { signal, variance } = moments(level, xt.dtype);
  const projections = bases.map((basis, k) => {
    const projected = xt.matmul(basis).matmul(basis, { transposeB: true });
    return bases.length === 1
      ? projected
      : projected.mul(weights.slice({ axis: -1, start: k, end: k + 1 }));
  });
  return projections.reduce((sum, part) => sum.add(part)).mul(div(signal, variance));
}

/** The probabilities w of the components given x_t, [..., count, K]; see {@link posteriorMean}. */
export function posteriorWeights(xt: Tensor, bases: readonly Tensor[], level: NoiseLevel): Tensor {
  const { signal, noise, variance } = moments(level, xt.dtype);
  const phi = div(signal.square(), noise.square().mul(variance).mul(2));
  const logShrinkage = noise.square().div(variance).log();
  const logits = bases.map((basis) => {
    const evidence = xt.matmul(basis).square().sum(-1, { keepDims: true }).mul(phi);
    return evidence.add(logShrinkage.mul((basis.shape.at(-1) ?? 0) / 2));
  });
  return concat(logits, -1).softmax(-1);
}

/**
 * The weights that turn the loss into subspace clustering (the paper's theorem for K > 1): all of it
 * on the component that holds most of the clean point, argmax_k |U_k^T x0|.
 *
 * @returns [..., count, K]; no gradient flows.
 */
export function hardWeights(x0: Tensor, bases: readonly Tensor[]): Tensor {
  const energies = bases.map((basis) => x0.matmul(basis).square().sum(-1, { keepDims: true }));
  return oneHot(concat(energies, -1).argmax(-1), bases.length).cast(x0.dtype);
}

/** What the denoiser is asked to undo. */
export interface Corruption {
  readonly level: NoiseLevel;
  /** Standard normal, broadcast against x0. */
  readonly eps: Tensor;
  /** Whose weights the denoiser uses: the posterior's or those of the theorem. */
  readonly weights: 'soft' | 'hard';
}

/**
 * The diffusion loss at one draw per point, |x_theta(s x0 + g eps) - x0|^2 with x_theta the posterior
 * mean (equation 6 of the paper with lambda_t = 1).
 *
 * @param x0 - Clean points, [..., count, n].
 * @param bases - U_k, [..., n, d_k].
 * @returns [..., count].
 */
export function denoisingErrors(
  x0: Tensor,
  bases: readonly Tensor[],
  { level, eps, weights }: Corruption,
): Tensor {
  const xt = x0.mul(level.signal).add(eps.mul(level.noise));
  const given = weights === 'hard' ? hardWeights(x0, bases) : posteriorWeights(xt, bases, level);
  return posteriorMean(xt, bases, level, given).sub(x0).square().sum(-1);
}

function moments(
  level: NoiseLevel,
  dtype: DType,
): { signal: Tensor; noise: Tensor; variance: Tensor } {
  const signal = asTensor('signal', level.signal, dtype);
  const noise = asTensor('noise', level.noise, dtype);
  return { signal, noise, variance: signal.square().add(noise.square()) };
}

function asTensor(name: 'signal' | 'noise', value: Operand, dtype: DType): Tensor {
  if (typeof value !== 'number') return value;
  if (!(value > 0)) throw new ConfigError(`posteriorMean: ${name} = ${value} is not positive`);
  return tensor(value, { dtype });
}
