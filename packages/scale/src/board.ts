import { createPace, type Progress, type RunProgress } from '@working-papers/paper-kit';
import type { CellTask, Watch } from './task.ts';

/** What is known of tasks that are done elsewhere, and a bell for news. */
export interface Board extends Omit<Watch, 'signal'> {
  /** The crew's work is over, with a fault or without. */
  readonly onEnd: (fault?: { readonly reason: unknown }) => void;
  readonly isFinished: (task: CellTask) => boolean;
  readonly isOver: () => boolean;
  /** @throws The fault that ended the crew's work, if one did. */
  readonly throwFault: () => void;
  /** Progress of the whole, if there is news since the last time and the interval is over. */
  readonly takeProgress: () => RunProgress | undefined;
  /** Resolves at the next news. */
  readonly news: () => Promise<void>;
}

/**
 * Follows tasks that are done by several workers at once and merges their progress: label and steps
 * are those of the task that was begun first, fraction and time left those of the whole.
 *
 * @param tasks - What has to be measured now.
 * @param takenOver - The summed cost of cells that need no measuring.
 * @param intervalMs - Least time between two reports of progress.
 */
export function createBoard(
  tasks: readonly CellTask[],
  takenOver: number,
  intervalMs: number,
): Board {
  const costOf = (some: Iterable<CellTask>) =>
    [...some].reduce((sum, { cell }) => sum + cell.cost, 0);
  const toMeasure = costOf(tasks);
  const pace = createPace(performance.now());
  const finished = new Map<string, CellTask>();
  const active = new Map<string, { task: CellTask; progress: Progress }>();
  let end: { fault?: { readonly reason: unknown } } | undefined;
  let hasNews = false;
  let takenAtMs = -Infinity;
  let ring = () => {};
  const tell = () => {
    hasNews = true;
    ring();
  };
  return {
    onProgress: (task, progress) => {
      active.set(task.address, { task, progress });
      tell();
    },
    onFinished: (task) => {
      active.delete(task.address);
      finished.set(task.address, task);
      tell();
    },
    onEnd: (fault) => {
      end = fault ? { fault } : {};
      tell();
    },
    isFinished: ({ address }) => finished.has(address),
    isOver: () => end !== undefined,
    throwFault: () => {
      if (end?.fault) throw end.fault.reason;
    },
    takeProgress: () => {
      const nowMs = performance.now();
      const [oldest] = active.values();
      if (!oldest || !hasNews || nowMs - takenAtMs < intervalMs) return undefined;
      hasNews = false;
      takenAtMs = nowMs;
      const begun = [...active.values()];
      const measured =
        costOf(finished.values()) +
        begun.reduce((sum, { task, progress }) => sum + task.cell.cost * progress.fraction, 0);
      const shares = {
        nowMs,
        fraction: (takenOver + measured) / (takenOver + toMeasure),
        measured: measured / toMeasure,
      };
      const progress = pace(oldest.progress, shares);
      const others = active.size - 1;
      return others === 0 ? progress : { ...progress, label: `${progress.label} (+${others})` };
    },
    news: () =>
      new Promise((resolve) => {
        ring = resolve;
      }),
  };
}
