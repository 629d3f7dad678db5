import { z } from 'zod';
import type { CellRecord } from './cellStore.ts';
import { provenanceSchema, rowSchema } from './resultSchema.ts';

const artefactUseSchema = z.strictObject({
  name: z.string(),
  address: z.string().regex(/^[0-9a-f]{64}$/),
  isMade: z.boolean(),
  makingSeconds: z.number().nonnegative(),
  seconds: z.number().nonnegative(),
});

/** The form of a stored cell. */
export const cellSchema = z.strictObject({
  address: z.string(),
  paper: z.string(),
  cell: z.looseObject({ label: z.string(), cost: z.number() }),
  source: z.string(),
  rows: z.array(rowSchema),
  seconds: z.number().nonnegative(),
  artefacts: z.array(artefactUseSchema),
  origin: provenanceSchema.pick({
    commit: true,
    isDirty: true,
    backend: true,
    threads: true,
    platform: true,
    cpu: true,
  }),
}) satisfies z.ZodType<CellRecord>;
