export { demo } from './demo.ts';
export { experiment } from './experiment.ts';
export type { Config, LineCell } from './experiment.ts';
export { robustLoss } from './method.ts';
export { paper } from './paper.ts';
