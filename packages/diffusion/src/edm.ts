import {
  ConfigError,
  div,
  full,
  normals,
  ShapeError,
  tensor,
  type Key,
  type Tensor,
} from '@working-papers/grad';

/** A network under EDM's preconditioning: inputs and targets of unit variance at every noise level. */
export type Network = (x: Tensor, cNoise: Tensor) => Tensor;

/** A denoiser: the expectation of clean data given noisy data and its noise level, [batch, 1]. */
export type Denoiser = (xt: Tensor, sigma: Tensor) => Tensor;

/**
 * EDM's denoiser D(x; sigma) = cSkip x + cOut F(cIn x; cNoise), with cSkip = sd^2 / (sigma^2 + sd^2),
 * cOut = sigma sd / sqrt(sigma^2 + sd^2), cIn = 1 / sqrt(sigma^2 + sd^2), cNoise = ln(sigma) / 4.
 *
 * Source: arXiv:2206.00364, table 1.
 *
 * @param network - F, applied to [batch, d] and cNoise [batch, 1].
 * @param sigmaData - sd, the standard deviation of the data.
 * @throws {ConfigError} If `sigmaData` is not positive.
 * @throws {ShapeError} On calling the denoiser with a `sigma` that is not [batch, 1].
 */
export function precondition(network: Network, sigmaData: number): Denoiser {
  if (!(sigmaData > 0)) {
    throw new ConfigError(`precondition: sigmaData = ${sigmaData} is not positive`);
  }
  return (xt, sigma) => {
    checkShapes('precondition', xt, { sigma });
    const variance = sigma.square().add(sigmaData ** 2);
    const deviation = variance.sqrt();
    const skip = xt.mul(div(sigmaData ** 2, variance));
    const output = network(xt.div(deviation), sigma.log().mul(0.25));
    return skip.add(output.mul(sigma.mul(sigmaData).div(deviation)));
  };
}

/**
 * EDM's training loss: the mean of lambda(sigma) |D(x0 + sigma noise; sigma) - x0|^2 over batch and
 * coordinates, with lambda = (sigma^2 + sd^2) / (sigma sd)^2.
 *
 * Source: arXiv:2206.00364, equations 2 and 8 with the weights of table 1.
 *
 * @param batch - x0 and noise [batch, d], sigma [batch, 1].
 * @returns A scalar.
 * @throws {ShapeError} If the shapes of `batch` are others.
 */
export function edmLoss(
  denoiser: Denoiser,
  batch: { readonly x0: Tensor; readonly noise: Tensor; readonly sigma: Tensor },
  sigmaData: number,
): Tensor {
  const { x0, noise, sigma } = batch;
  checkShapes('edmLoss', x0, { sigma, noise });
  const error = denoiser(x0.add(noise.mul(sigma)), sigma).sub(x0);
  const weight = sigma
    .square()
    .add(sigmaData ** 2)
    .div(sigma.mul(sigmaData).square());
  return error.square().mul(weight).mean();
}

/**
 * Noise levels for training: ln sigma is normal.
 *
 * Source: arXiv:2206.00364, table 1: mean -1.2, deviation 1.2.
 *
 * @returns float32, [batch, 1].
 */
export function trainingSigmas(
  key: Key,
  batch: number,
  { mean = -1.2, deviation = 1.2 }: { readonly mean?: number; readonly deviation?: number } = {},
): Tensor {
  const sigmas = normals(key, batch).map((z) => Math.exp(mean + deviation * z));
  return tensor(sigmas, { shape: [batch, 1] });
}

/** Noise levels of a sampler. */
export interface SigmaScheduleOptions {
  /** Steps of the sampler; the schedule has one level more, the last of which is 0. */
  readonly nSteps: number;
  /** Default 0.002. */
  readonly sigmaMin?: number;
  /** Default 80. */
  readonly sigmaMax?: number;
  /** Curvature; larger puts more steps at low noise. Default 7. */
  readonly rho?: number;
}

/**
 * EDM's noise levels, falling: sigma_i = (max^(1/rho) + i / (n - 1) (min^(1/rho) - max^(1/rho)))^rho,
 * and 0 at the end.
 *
 * Source: arXiv:2206.00364, equation 5.
 *
 * @throws {ConfigError} If `nSteps` is not an integer above 1, the range is not 0 < min < max, or
 * `rho` is not positive.
 */
export function sigmaSchedule(options: SigmaScheduleOptions): readonly number[] {
  const { nSteps, sigmaMin = 0.002, sigmaMax = 80, rho = 7 } = options;
  if (!Number.isInteger(nSteps) || nSteps < 2) {
    throw new ConfigError(`sigmaSchedule: nSteps = ${nSteps} is not an integer above 1`);
  }
  if (!(0 < sigmaMin && sigmaMin < sigmaMax && sigmaMax < Infinity)) {
    throw new ConfigError(
      `sigmaSchedule: sigmaMin = ${sigmaMin} and sigmaMax = ${sigmaMax}; expected 0 < min < max`,
    );
  }
  if (!(rho > 0 && rho < Infinity)) {
    throw new ConfigError(`sigmaSchedule: rho = ${rho} is not positive`);
  }
  const low = sigmaMin ** (1 / rho);
  const high = sigmaMax ** (1 / rho);
  const levels = Array.from({ length: nSteps }, (_, i) => {
    return (high + (i / (nSteps - 1)) * (low - high)) ** rho;
  });
  return [...levels, 0];
}

/**
 * Heun's second-order sampler of the probability-flow ODE dx/dsigma = (x - D(x; sigma)) / sigma, as
 * one graph: compile it with the denoiser's parameters and the noise as arguments.
 *
 * Source: arXiv:2206.00364, algorithm 1.
 *
 * @param noise - Standard normal, [batch, d].
 * @param sigmas - Two or more falling noise levels of which the last may be 0; see
 * {@link sigmaSchedule}.
 * @returns Samples, [batch, d].
 * @throws {ConfigError} If the noise levels are others.
 * @throws {ShapeError} If `noise` does not have two axes.
 */
export function heunSample(denoiser: Denoiser, noise: Tensor, sigmas: readonly number[]): Tensor {
  checkFalling(sigmas);
  checkShapes('heunSample', noise, {});
  const [batch = 0] = noise.shape;
  const column = (sigma: number) => full([batch, 1], sigma, noise.dtype);
  let x = noise.mul(sigmas[0] ?? 0);
  for (let i = 0; i + 1 < sigmas.length; i++) {
    const [sigma = 0, next = 0] = [sigmas[i], sigmas[i + 1]];
    const slope = x.sub(denoiser(x, column(sigma))).div(sigma);
    const euler = x.add(slope.mul(next - sigma));
    if (next === 0) {
      x = euler;
    } else {
      const slopeThere = euler.sub(denoiser(euler, column(next))).div(next);
      x = x.add(slope.add(slopeThere).mul((next - sigma) / 2));
    }
  }
  return x;
}

// Broadcasting would take a sigma of [batch] for noise levels of coordinates where batch equals d.
function checkShapes(
  operation: string,
  x: Tensor,
  { sigma, noise }: { readonly sigma?: Tensor; readonly noise?: Tensor },
): void {
  const format = (shape: readonly number[]) => `[${shape.join(', ')}]`;
  const shape = format(x.shape);
  if (x.rank !== 2) {
    throw new ShapeError(`${operation}: data of ${shape}; expected [batch, d]`);
  }
  const column = format([x.shape[0] ?? 0, 1]);
  if (sigma !== undefined && format(sigma.shape) !== column) {
    throw new ShapeError(
      `${operation}: sigma is ${format(sigma.shape)} for data of ${shape}; expected ${column}`,
    );
  }
  if (noise !== undefined && format(noise.shape) !== shape) {
    throw new ShapeError(
      `${operation}: noise is ${format(noise.shape)} for data of ${shape}; expected the same`,
    );
  }
}

function checkFalling(sigmas: readonly number[]): void {
  const isFalling = sigmas.every((sigma, i) => i === 0 || sigma < (sigmas[i - 1] ?? 0));
  if (sigmas.length < 2 || !isFalling || !((sigmas.at(-1) ?? -1) >= 0)) {
    throw new ConfigError(
      `heunSample: sigmas are [${sigmas.join(', ')}]; expected two or more, falling, the last at least 0`,
    );
  }
}
