import { WorkingPapersError } from '@working-papers/grad';
import { z } from 'zod';
import { progressSchema, taskSchema } from './task.ts';

/** What a worker process is told. */
export const orderSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('open'),
    module: z.string(),
    settings: z.unknown(),
    threads: z.int().positive(),
  }),
  z.object({ kind: z.literal('measure'), task: taskSchema }),
  /** End the measurement at its next step. */
  z.object({ kind: z.literal('abort') }),
  z.object({ kind: z.literal('close') }),
]);

/** One of {@link orderSchema}. */
export type Order = z.infer<typeof orderSchema>;

const errorSchema = z.object({
  name: z.string(),
  message: z.string(),
  stack: z.string(),
  /** Whether its message is meant for a person. */
  isExplained: z.boolean(),
});

/** What a worker process says. */
export const reportSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('ready') }),
  z.object({ kind: z.literal('progress'), progress: progressSchema }),
  z.object({ kind: z.literal('measured') }),
  z.object({ kind: z.literal('aborted') }),
  z.object({ kind: z.literal('failed'), error: errorSchema }),
]);

/** One of {@link reportSchema}. */
export type Report = z.infer<typeof reportSchema>;

/** An error as it travels between processes. */
export function packError(error: unknown): z.infer<typeof errorSchema> {
  const isError = error instanceof Error;
  return {
    name: isError ? error.name : 'Error',
    message: isError ? error.message : String(error),
    stack: (isError ? error.stack : undefined) ?? '',
    isExplained: error instanceof WorkingPapersError,
  };
}

/** The error that {@link packError} packed: of the same name, with the stack of where it was thrown. */
export function unpackError(packed: z.infer<typeof errorSchema>): Error {
  const { name, message, stack, isExplained } = packed;
  const error = isExplained ? new WorkingPapersError(message) : new Error(message);
  return Object.assign(error, { name, stack });
}
