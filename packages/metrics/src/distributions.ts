import normalCdf from '@stdlib/stats-base-dists-normal-cdf';
import normalQuantile from '@stdlib/stats-base-dists-normal-quantile';
import studentCdf from '@stdlib/stats-base-dists-t-cdf';
import studentQuantile from '@stdlib/stats-base-dists-t-quantile';

/** P(Z ≤ z) for a standard normal Z. */
export function normalProbability(z: number): number {
  return normalCdf(z, 0, 1);
}

/** The z with P(Z ≤ z) = p for a standard normal Z; infinite for p = 0 and p = 1. */
export function normalBound(p: number): number {
  return normalQuantile(p, 0, 1);
}

/** P(|Z| ≥ |z|) for a standard normal Z, to full relative precision in the tails. */
export function normalTails(z: number): number {
  return 2 * normalCdf(-Math.abs(z), 0, 1);
}

/** P(|T| ≥ |t|) for Student's T, to full relative precision in the tails. */
export function studentTails(t: number, degrees: number): number {
  return 2 * studentCdf(-Math.abs(t), degrees);
}

/** The t with P(|T| ≤ t) = level for Student's T. */
export function studentBound(level: number, degrees: number): number {
  return studentQuantile((1 + level) / 2, degrees);
}
