export { edmLoss, heunSample, precondition, sigmaSchedule, trainingSigmas } from './edm.ts';
export type { Denoiser, Network, SigmaScheduleOptions } from './edm.ts';
