import type { Objective } from './method.ts';

/** Both objectives by the names that rows carry. */
export const objectives = [
  { objective: 'jepa', method: 'JEPA' },
  { objective: 'mae', method: 'MAE' },
] as const satisfies readonly { objective: Objective; method: string }[];
