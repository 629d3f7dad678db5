import type { Progress } from './experiment.ts';

/** Progress of a run: that of its current cell with what the other cells and the clock add. */
export interface RunProgress extends Progress {
  /** Share of the whole run that is done, from 0 to 1; what was taken over counts as done. */
  readonly fraction: number;
  /** Steps of the current label per second; null before its second report. */
  readonly stepsPerSecond: number | null;
  /** Time left of the whole run, if the rest goes as fast as what is done; null at the start. */
  readonly secondsLeft: number | null;
}

/** Shares of a run at a time. */
export interface RunShares {
  /** On the clock of the start, in ms. */
  readonly nowMs: number;
  /** Share of the whole run that is done. */
  readonly fraction: number;
  /** Share that is done of what has to be measured now: the rest was taken over and took no time. */
  readonly measured: number;
}

/**
 * Adds rate and time left to successive reports of one run.
 *
 * @param startMs - When the run began, in ms, on the clock of the reports.
 */
export function createPace(startMs: number): (progress: Progress, run: RunShares) => RunProgress {
  let first: { label: string; step: number; atMs: number } | undefined;
  return (progress, { nowMs, fraction, measured }) => {
    if (first?.label !== progress.label || progress.step < first.step) {
      first = { label: progress.label, step: progress.step, atMs: nowMs };
    }
    const seconds = (nowMs - first.atMs) / 1000;
    const steps = progress.step - first.step;
    const elapsed = (nowMs - startMs) / 1000;
    return {
      ...progress,
      fraction,
      stepsPerSecond: steps > 0 && seconds > 0 ? steps / seconds : null,
      // Below one per cent or one second the extrapolation is noise.
      secondsLeft: measured >= 0.01 && elapsed >= 1 ? (elapsed * (1 - measured)) / measured : null,
    };
  };
}
