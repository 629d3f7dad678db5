import type { Progress } from '@working-papers/paper-kit';

/** Which training of a cell, and how long it is. */
export interface TrainingPlace {
  readonly label: string;
  /** Counted from 0, of `trainings` in this cell that take the same time. */
  readonly index: number;
  readonly trainings: number;
  readonly steps: number;
}

/** Turns steps of a training into progress of its cell. */
export function reportTraining(
  onProgress: (progress: Progress) => void,
  { label, index, trainings, steps }: TrainingPlace,
): (step: number, loss: number) => void {
  return (step, loss) =>
    onProgress({
      label,
      fraction: (index + step / steps) / trainings,
      step,
      steps,
      metric: { name: 'loss', value: loss },
    });
}
