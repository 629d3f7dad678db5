import type { Progress } from './experiment.ts';

/** Progress with what the clock adds. */
export interface RunProgress extends Progress {
  /** Steps of the current label per second; null before its second report. */
  readonly stepsPerSecond: number | null;
  /** Time left of the whole run, if the rest goes as fast as what is done; null at the start. */
  readonly secondsLeft: number | null;
}

/**
 * Adds rate and time left to successive reports of one run.
 *
 * @param startMs - When the run began, in ms, on the clock of the reports.
 * @returns A function of a report and its time in ms.
 */
export function createPace(startMs: number): (progress: Progress, nowMs: number) => RunProgress {
  let first: { label: string; step: number; atMs: number } | undefined;
  return (progress, nowMs) => {
    if (first?.label !== progress.label || progress.step < first.step) {
      first = { label: progress.label, step: progress.step, atMs: nowMs };
    }
    const seconds = (nowMs - first.atMs) / 1000;
    const steps = progress.step - first.step;
    const share = progress.fraction;
    const elapsed = (nowMs - startMs) / 1000;
    return {
      ...progress,
      stepsPerSecond: steps > 0 && seconds > 0 ? steps / seconds : null,
      // Below one per cent or one second the extrapolation is noise.
      secondsLeft: share >= 0.01 && elapsed >= 1 ? (elapsed * (1 - share)) / share : null,
    };
  };
}
