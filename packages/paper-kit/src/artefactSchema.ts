import { z } from 'zod';

/** The form of a stored artefact without its tensors. */
export const artefactSchema = z.strictObject({
  address: z.string(),
  name: z.string(),
  version: z.int().positive(),
  config: z.json(),
  json: z.json(),
  makingSeconds: z.number().nonnegative(),
  tensorsSha256: z.string().regex(/^[0-9a-f]{64}$/),
});
