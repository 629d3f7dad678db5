import { attention } from './references/attention.ts';
import { conv } from './references/conv.ts';
import { core } from './references/core.ts';
import { elementwise } from './references/elementwise.ts';
import { indexing } from './references/indexing.ts';
import { ctc } from './references/ctc.ts';
import { linearAlgebra } from './references/linearAlgebra.ts';
import { sparse } from './references/sparse.ts';
import { transforms } from './references/transforms.ts';
import type { Reference } from './references/values.ts';

export type { Params } from './references/core.ts';

/** One reference for each operation, written from the definition and not from `src/ops`. */
export const references: Readonly<Record<string, Reference>> = {
  ...attention,
  ...conv,
  ...core,
  ...elementwise,
  ...indexing,
  ...ctc,
  ...linearAlgebra,
  ...sparse,
  ...transforms,
};
