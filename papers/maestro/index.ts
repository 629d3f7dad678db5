export { artefactsOf } from './artefactsOf.ts';
export { demo } from './demo.ts';
export { experiment } from './experiment.ts';
export type { Config } from './experiment.ts';
export { exportedModels } from './exportedModels.ts';
export { leaderboard } from './leaderboard.ts';
export {
  applyConv2d,
  applyLinear,
  decompose,
  groupLasso,
  importance,
  keptRank,
  merge,
  rankMask,
  slice,
} from './method.ts';
export type { Dense, Layer, LowRank, Windows } from './method.ts';
export { decomposeNetwork, keptRanks, mergeNetwork, ranksOf, sliceNetwork } from './compression.ts';
export { accuracyOf, latencies, recalibrate } from './evaluation.ts';
export type { Model } from './evaluation.ts';
export { prepareImages } from './images.ts';
export type { LabelledImages } from './images.ts';
export { applyNetwork, initNetwork, leNet, macs, parameterCount } from './network.ts';
export type { Architecture, Block, Network } from './network.ts';
export { paper } from './paper.ts';
export { fixedRatioSampler, independentSampler, singleLayerSampler } from './sampling.ts';
export type { RankSampler, Ranks } from './sampling.ts';
export { trainMaestro, trainNetwork } from './training.ts';
export type { MaestroSettings, TrainingOptions, TrainingSettings } from './training.ts';
