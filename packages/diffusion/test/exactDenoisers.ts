import { div, matmul, type Tensor } from '@working-papers/grad';
import type { Denoiser } from '../src/index.ts';

/** The posterior mean of data whose coordinates are normal, with one mean and deviation. */
export function gaussianDenoiser(mean: number, deviation: number): Denoiser {
  return (xt, sigma) =>
    xt
      .sub(mean)
      .mul(div(deviation ** 2, sigma.square().add(deviation ** 2)))
      .add(mean);
}

/**
 * The posterior mean of data that are `point`, [1, d], with probability `share` and -`point` otherwise:
 * point tanh(xt . point / sigma^2 + ln(share / (1 - share)) / 2).
 */
export function twoPointDenoiser(point: Tensor, share: number): Denoiser {
  const prior = Math.log(share / (1 - share)) / 2;
  return (xt, sigma) => {
    const evidence = matmul(xt, point, { transposeB: true }).div(sigma.square()); // [batch, 1]
    return evidence.add(prior).tanh().mul(point);
  };
}
