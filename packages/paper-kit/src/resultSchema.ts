import { z } from 'zod';
import { presetNames } from './experiment.ts';
import type { Result } from './result.ts';
import { outcomes } from './verdict.ts';

const rowSchema = z
  .record(
    z.string(),
    z.union([z.string(), z.number(), z.boolean(), z.null()], {
      error: 'expected text, a boolean, null or a finite number',
    }),
  )
  .readonly();

const verdictSchema = z.strictObject({
  outcome: z.enum(outcomes),
  measured: z.string().min(1),
  value: z.number().exactOptional(),
  interval: z
    .tuple([z.number(), z.number()])
    .refine(([low, high]) => low <= high, 'the ends are not in order')
    .exactOptional(),
  metric: z.string().exactOptional(),
  rule: z.string().min(1),
});

const provenanceSchema = z.strictObject({
  commit: z.string().regex(/^([0-9a-f]{40}|unknown)$/, 'neither a commit nor "unknown"'),
  isDirty: z.boolean(),
  command: z.string(),
  versions: z.record(z.string(), z.string()),
  backend: z.string(),
  platform: z.string(),
  cpu: z.string(),
  threads: z.int().positive(),
  wallSeconds: z.number().nonnegative(),
  peakMemoryBytes: z.int().positive(),
  startedAt: z.iso.datetime(),
});

/** The form of a result file. Unknown fields are errors: a field that nobody reads is a typing error. */
export const resultSchema = z.strictObject({
  schema: z.literal(1),
  paper: z.string(),
  preset: z.enum(presetNames),
  config: z.json(),
  seed: z.int().nonnegative(),
  isComplete: z.boolean(),
  rows: z.array(rowSchema),
  verdicts: z.record(z.string().regex(/^c\d+$/), verdictSchema),
  figures: z.array(
    z.strictObject({
      name: z.string(),
      title: z.string(),
      alt: z.string(),
      // Below the folder of the result: a result from elsewhere must not name other files.
      file: z.string().regex(/^figures\/[a-z0-9-]+\.svg$/, 'not figures/<name>.svg'),
    }),
  ),
  provenance: provenanceSchema,
}) satisfies z.ZodType<Result>;
