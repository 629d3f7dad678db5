import { ConfigError } from '@working-papers/grad';

/** What every schedule begins with: the rate rises linearly, peak (step + 1) / warmupSteps. */
export interface WarmupOptions {
  readonly peak: number;
  /** Default 0. */
  readonly warmupSteps?: number;
}

/** A learning rate that rises, stays, and falls to its end. */
export interface DecayOptions extends WarmupOptions {
  /** Steps of the whole run, warm-up included; `final` is reached at this step and kept. */
  readonly steps: number;
  /** The last step at the peak, from `warmupSteps` to `steps`. Default warmupSteps. */
  readonly decayFrom?: number;
  /** What it falls to. Default 0. */
  readonly final?: number;
}

/** Options of {@link stepSchedule}. */
export interface StepDecayOptions extends WarmupOptions {
  /** Steps from which the rate is lower, ascending. */
  readonly milestones: readonly number[];
  /** What each multiplies it by. Default 0.1. */
  readonly factor?: number;
}

/**
 * The learning rate of a step: the peak after the warm-up.
 *
 * @param step - Counted from 0.
 * @throws {ConfigError} If a setting is out of its range.
 */
export function constantSchedule(step: number, options: WarmupOptions): number {
  return warmUp('constantSchedule', step, options) ?? options.peak;
}

/**
 * The learning rate of a step: after the warm-up, final + (peak - final) (1 + cos(pi progress)) / 2.
 *
 * Source: arXiv:1608.03983, equation 5, without restarts.
 *
 * @param step - Counted from 0.
 * @throws {ConfigError} If a setting is out of its range.
 */
export function cosineSchedule(step: number, options: DecayOptions): number {
  const { peak, final = 0 } = options;
  const progress = progressOf('cosineSchedule', step, options);
  const rising = warmUp('cosineSchedule', step, options);
  return rising ?? final + ((peak - final) * (1 + Math.cos(Math.PI * progress))) / 2;
}

/**
 * The learning rate of a step: after the warm-up, peak + (final - peak) progress.
 *
 * @param step - Counted from 0.
 * @throws {ConfigError} If a setting is out of its range.
 */
export function linearSchedule(step: number, options: DecayOptions): number {
  const { peak, final = 0 } = options;
  const progress = progressOf('linearSchedule', step, options);
  return warmUp('linearSchedule', step, options) ?? peak + (final - peak) * progress;
}

/**
 * The learning rate of a step: after the warm-up, peak factor^n, where n milestones are passed.
 *
 * @param step - Counted from 0; at a milestone the rate is the lower one.
 * @throws {ConfigError} If a setting is out of its range, or the milestones do not ascend.
 */
export function stepSchedule(step: number, options: StepDecayOptions): number {
  const { peak, milestones, factor = 0.1 } = options;
  if (!milestones.every((milestone, i) => milestone > (milestones[i - 1] ?? 0))) {
    throw new ConfigError(
      `stepSchedule: milestones are [${milestones.join(', ')}]; expected ascending steps after 0`,
    );
  }
  const passed = milestones.filter((milestone) => milestone <= step).length;
  return warmUp('stepSchedule', step, options) ?? peak * factor ** passed;
}

/**
 * The learning rate of a step: after the warm-up, peak sqrt(warmupSteps / (step + 1)).
 *
 * Source: arXiv:1706.03762, equation 3, whose peak is 1 / sqrt(dModel warmupSteps).
 *
 * @param step - Counted from 0.
 * @throws {ConfigError} If there is no warm-up.
 */
export function inverseSquareRootSchedule(step: number, options: Required<WarmupOptions>): number {
  const { peak, warmupSteps } = options;
  const rising = warmUp('inverseSquareRootSchedule', step, options);
  if (warmupSteps === 0) {
    throw new ConfigError(
      'inverseSquareRootSchedule: warmupSteps = 0; it decays from the end of a warm-up, so give it one or more',
    );
  }
  return rising ?? peak * Math.sqrt(warmupSteps / (step + 1));
}

/** The rate while it rises; null after. */
function warmUp(name: string, step: number, options: WarmupOptions): number | null {
  const { peak, warmupSteps = 0 } = options;
  if (!(warmupSteps >= 0 && Number.isFinite(warmupSteps))) {
    throw new ConfigError(`${name}: warmupSteps = ${warmupSteps} is not a number of 0 or more`);
  }
  return step < warmupSteps ? (peak * (step + 1)) / warmupSteps : null;
}

/** How far the decay has come, from 0 to 1. */
function progressOf(name: string, step: number, options: DecayOptions): number {
  const { steps, warmupSteps = 0, decayFrom = warmupSteps } = options;
  if (!(0 <= warmupSteps && warmupSteps <= steps)) {
    throw new ConfigError(
      `${name}: warmupSteps = ${warmupSteps} is not from 0 to steps = ${steps}`,
    );
  }
  if (!(warmupSteps <= decayFrom && decayFrom <= steps)) {
    throw new ConfigError(
      `${name}: decayFrom = ${decayFrom} is not from warmupSteps = ${warmupSteps} to steps = ${steps}`,
    );
  }
  return Math.min(1, Math.max(0, step - decayFrom) / Math.max(1, steps - decayFrom));
}
