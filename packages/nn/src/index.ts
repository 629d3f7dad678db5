export { adam } from './adam.ts';
export type { AdamOptions, AdamState } from './adam.ts';
export { torchUniform, xavierUniform } from './initialisers.ts';
export { linearLayer } from './linear.ts';
export type { Linear } from './linear.ts';
export { mlp } from './mlp.ts';
export type { Mlp } from './mlp.ts';
export { cosineSchedule } from './schedules.ts';
export type { CosineOptions } from './schedules.ts';
