export { adaLnBlock, adaLnHead } from './adaLn.ts';
export type { AdaLnBlock, AdaLnHead, AdaLnSizes, ModulationSizes } from './adaLn.ts';
export { adam } from './adam.ts';
export type { AdamOptions, AdamState } from './adam.ts';
export { batchNormLayer } from './batchNorm.ts';
export type { BatchNormOptions, BatchNormState } from './batchNorm.ts';
export { clipByGlobalNorm, clipByValue, globalNorm } from './clipping.ts';
export { conv1dLayer, conv2dLayer, conv3dLayer } from './conv.ts';
export type { Conv, ConvLayer, ConvSizes } from './conv.ts';
export {
  convTranspose1dLayer,
  convTranspose2dLayer,
  convTranspose3dLayer,
} from './convTranspose.ts';
export { crossAttention } from './crossAttention.ts';
export type { CrossAttention } from './crossAttention.ts';
export { dropout } from './dropout.ts';
export type { Dropout } from './dropout.ts';
export { ema } from './ema.ts';
export { embeddingLayer } from './embedding.ts';
export type { Embedding } from './embedding.ts';
export { feedForward } from './feedForward.ts';
export type { FeedForward, FeedForwardSizes } from './feedForward.ts';
export { gaussianKl } from './gaussianKl.ts';
export type { DiagonalGaussian } from './gaussianKl.ts';
export { gradientStep } from './gradientStep.ts';
export type { GradientStep } from './gradientStep.ts';
export { groupNormLayer } from './groupNorm.ts';
export type { ChannelNorm } from './groupNorm.ts';
export { gruLayer } from './gru.ts';
export {
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  lecunUniform,
  normalInit,
  orthogonalInit,
  torchUniform,
  truncatedNormalInit,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zerosInit,
} from './initialisers.ts';
export type { Fans, Initialiser, VarianceScalingOptions } from './initialisers.ts';
export { linearLayer, projectionLayer } from './linear.ts';
export type { Linear, Projection, ProjectionOptions } from './linear.ts';
export { lstmLayer } from './lstm.ts';
export type { LstmState } from './lstm.ts';
export { muon } from './muon.ts';
export type { MuonOptions, MuonState } from './muon.ts';
export { mlp } from './mlp.ts';
export type { Mlp, MlpStart } from './mlp.ts';
export { applyNorm, layerNormLayer, rmsNormLayer } from './norm.ts';
export type { LayerNorm, NormOptions, RmsNorm } from './norm.ts';
export type { Optimiser, OptimiserState } from './optimiser.ts';
export { gridCoordinates, learnedPositions, sinusoidalPositions } from './positions.ts';
export type { Coordinates, SinusoidOptions } from './positions.ts';
export type { Recurrent } from './recurrent.ts';
export { rope, ropeRotation, rotationAt } from './rope.ts';
export type { RopeOptions, Rotation, RotationOptions } from './rope.ts';
export {
  constantSchedule,
  cosineSchedule,
  inverseSquareRootSchedule,
  linearSchedule,
  stepSchedule,
} from './schedules.ts';
export type { DecayOptions, StepDecayOptions, WarmupOptions } from './schedules.ts';
export { selfAttention } from './selfAttention.ts';
export type {
  AttentionLayerOptions,
  AttentionSizes,
  CachedLayerOptions,
  HeadCounts,
  HeadTransform,
  SelfAttention,
} from './selfAttention.ts';
export { sgd } from './sgd.ts';
export type { SgdOptions, SgdState } from './sgd.ts';
export { swiglu } from './swiglu.ts';
export type { Swiglu } from './swiglu.ts';
export { timestepEmbedding } from './timestepEmbedding.ts';
export { transformerBlock } from './transformerBlock.ts';
export type {
  BlockNoise,
  BlockSizes,
  ResidualOptions,
  TransformerBlock,
} from './transformerBlock.ts';
export { compileStep } from './compileStep.ts';
export type { CompiledStep, StepResult } from './compileStep.ts';
export { memoryCheckpoints } from './checkpoint.ts';
export type { Checkpoint, CheckpointStore } from './checkpoint.ts';
export { decodeCheckpoint, encodeCheckpoint } from './checkpointFiles.ts';
export type { CheckpointFiles } from './checkpointFiles.ts';
export { train } from './train.ts';
export type { CheckpointOptions, StepEvent, TrainOptions } from './train.ts';
