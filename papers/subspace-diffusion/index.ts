export { demo } from './demo.ts';
export { experiment } from './experiment.ts';
export type { Config } from './experiment.ts';
export { exportedModels } from './exportedModels.ts';
export { editDirections, jacobiansOf, numericalRank } from './jacobians.ts';
export type { EditDirections, Jacobians } from './jacobians.ts';
export { leaderboard } from './leaderboard.ts';
export { denoisingErrors, hardWeights, posteriorMean, posteriorWeights } from './method.ts';
export type { Corruption, NoiseLevel } from './method.ts';
export { makeMolrg, sampleMolrg } from './molrg.ts';
export type { Molrg, MolrgSample } from './molrg.ts';
export { sampleNeuralDenoiser, trainNeuralDenoiser } from './neuralDenoiser.ts';
export type { NeuralDenoiser, NeuralTrainingOptions } from './neuralDenoiser.ts';
export { paper } from './paper.ts';
export { kSubspaces, matchedDistance, subspaceDistance } from './subspaces.ts';
export type { SubspaceClustering } from './subspaces.ts';
export { trainLinearDenoisers, trainLowRankDenoisers, watchLowRankDenoisers } from './training.ts';
export type {
  LearnedSubspaces,
  LowRankOptions,
  Problems,
  SigmaRange,
  TrainingOptions,
} from './training.ts';
