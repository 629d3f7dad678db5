import type { Cell, Progress, TakeOver } from '@working-papers/paper-kit';
import { z } from 'zod';

/** A cell on its way to the process that measures it: plain JSON. */
export interface CellTask {
  /** Slug of the paper. */
  readonly paper: string;
  readonly cell: Cell;
  /** Where its record is kept; a process with other code computes another, and refuses. */
  readonly address: string;
  /** What else decides the rows: the code that runs and the runtime. */
  readonly source: string;
  /** Whether a record that the store has will do. */
  readonly takeOver: TakeOver;
}

/** The form of a {@link CellTask} that came from another process. */
export const taskSchema: z.ZodType<CellTask> = z.strictObject({
  paper: z.string(),
  cell: z.looseObject({ label: z.string(), cost: z.number().positive() }).readonly(),
  address: z.string().regex(/^[0-9a-f]{64}$/),
  source: z.string(),
  takeOver: z.enum(['nothing', 'same commit', 'all']),
});

/** The form of progress that came from another process. */
export const progressSchema = z.object({
  label: z.string(),
  fraction: z.number(),
  step: z.number(),
  steps: z.number(),
  metric: z.object({ name: z.string(), value: z.number() }).exactOptional(),
}) satisfies z.ZodType<Progress>;

/** What somebody who hands out tasks wants to know. */
export interface Watch {
  /** Aborted when the tasks should be left as they are. */
  readonly signal: AbortSignal;
  readonly onProgress: (task: CellTask, progress: Progress) => void;
  /** The store has the record now. */
  readonly onFinished: (task: CellTask) => void;
}

/**
 * Has tasks done somewhere, the first ones first. Resolves when all are finished or the signal aborts;
 * rejects with the first fault, which leaves the others unfinished.
 */
export type Crew = (tasks: readonly CellTask[], watch: Watch) => Promise<void>;

/** Names a task in messages. */
export function nameOf({ paper, cell }: CellTask): string {
  return `${paper}: cell "${cell.label}"`;
}
