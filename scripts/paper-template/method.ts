/**
 * The contribution of arXiv:0000.00000 belongs here, in the paper's order and symbols. Until it does, this
 * is the example of the scaffold: the robust loss of Charbonnier et al. 1997, "Deterministic
 * Edge-Preserving Regularization in Computed Imaging", also called pseudo-Huber.
 */
import { ConfigError, type Tensor } from '@working-papers/grad';

/**
 * A loss that is r^2 / 2 for small residuals and delta |r| - delta^2 for large ones:
 *
 *     rho(r) = delta^2 (sqrt(1 + (r / delta)^2) - 1)
 *
 * Its slope never exceeds delta, so that one wrong point counts for no more than another.
 *
 * @param residual - r, any shape.
 * @param delta - Where the square becomes a line; above 0.
 * @returns rho of each element, the same shape, not reduced.
 * @throws {ConfigError} If `delta` is not above 0.
 */
export function robustLoss(residual: Tensor, delta: number): Tensor {
  if (!(delta > 0)) throw new ConfigError(`robustLoss: delta = ${delta} is not above 0`);
  const root = residual.div(delta).square().add(1).sqrt();
  return root.sub(1).mul(delta ** 2);
}
