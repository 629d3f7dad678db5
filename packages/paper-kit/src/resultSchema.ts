import { z } from 'zod';
import { presetNames } from './experiment.ts';
import { methodRoles } from './methods.ts';
import type { Result } from './result.ts';
import { outcomes } from './verdict.ts';

/** The form of a row. */
export const rowSchema = z
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

/** The form of a provenance. */
export const provenanceSchema = z.strictObject({
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

const artefactCostSchema = z.strictObject({
  name: z.string(),
  address: z.string().regex(/^[0-9a-f]{64}$/),
  uses: z.int().positive(),
  isMade: z.boolean(),
  makingSeconds: z.number().nonnegative(),
  readingSeconds: z.number().nonnegative().nullable(),
});

/** The form of a result file. Unknown fields are errors: a field that nobody reads is a typing error. */
export const resultSchema = z.strictObject({
  schema: z.literal(1),
  paper: z.string(),
  preset: z.enum(presetNames),
  config: z.json(),
  seed: z.int().nonnegative(),
  isComplete: z.boolean(),
  methods: z
    .array(
      z.strictObject({
        method: z.string(),
        role: z.enum(methodRoles),
        tuning: z.strictObject({
          trials: z.union([z.int().nonnegative(), z.literal(['nothing to tune', 'not counted'])]),
          what: z.string().min(1),
        }),
      }),
    )
    .exactOptional(),
  cells: z
    .array(
      z.strictObject({
        label: z.string(),
        rows: z.int().nonnegative(),
        seconds: z.number().nonnegative(),
        isTakenOver: z.boolean(),
      }),
    )
    .exactOptional(),
  artefacts: z.array(artefactCostSchema).exactOptional(),
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
