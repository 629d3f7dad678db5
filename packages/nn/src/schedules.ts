import { ConfigError } from '@working-papers/grad';

/** A learning rate that rises linearly and falls along half a cosine. */
export interface CosineOptions {
  readonly peak: number;
  /** Steps of the whole run, warm-up included; `final` is reached at this step and kept. */
  readonly steps: number;
  /** At most `steps`. Default 0. */
  readonly warmupSteps?: number;
  /** What it falls to. Default 0. */
  readonly final?: number;
}

/**
 * The learning rate of a step: peak (step + 1) / warmupSteps at first, then
 * final + (peak - final) (1 + cos(pi progress)) / 2.
 *
 * Source: arXiv:1608.03983, equation 5, without restarts.
 *
 * @param step - Counted from 0.
 * @throws {ConfigError} If the warm-up is longer than the run.
 */
export function cosineSchedule(step: number, options: CosineOptions): number {
  const { peak, steps, warmupSteps = 0, final = 0 } = options;
  if (!(0 <= warmupSteps && warmupSteps <= steps)) {
    throw new ConfigError(
      `cosineSchedule: warmupSteps = ${warmupSteps} is not from 0 to steps = ${steps}`,
    );
  }
  if (step < warmupSteps) return (peak * (step + 1)) / warmupSteps;
  const progress = Math.min(1, (step - warmupSteps) / Math.max(1, steps - warmupSteps));
  return final + ((peak - final) * (1 + Math.cos(Math.PI * progress))) / 2;
}
