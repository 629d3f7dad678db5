export { artefactsOf } from './artefactsOf.ts';
export { demo } from './demo.ts';
export { descend, descendOnSamples, train } from './descent.ts';
export type { Descent, DescentOptions, Pairs, Snapshot } from './descent.ts';
export { experiment } from './experiment.ts';
export type { Config, DeepJepaCell } from './experiment.ts';
export { exportedModels } from './exportedModels.ts';
export { leaderboard } from './leaderboard.ts';
export { learningTimes } from './learningTimes.ts';
export {
  criticalTime,
  encoderProduct,
  expectedLoss,
  featureOde,
  featureVelocity,
  fixedPoint,
  sampleLoss,
} from './method.ts';
export type { CriticalTime, Feature, LinearNetwork, Moments, Objective } from './method.ts';
export { describeFeatures, estimateModel, stackMoments } from './moments.ts';
export type { EstimatedModel, PairCovariances } from './moments.ts';
export { deepLinearNetwork } from './network.ts';
export type { NetworkOptions } from './network.ts';
export { dynamicModel, linearPairModel, momentsOf, samplePairs, staticModel } from './pairModel.ts';
export type { GenerativeModel, LinearPairModel } from './pairModel.ts';
export { paper } from './paper.ts';
