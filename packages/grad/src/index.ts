import './methods.ts';

export { ctcBeamSearch, ctcGreedyDecode } from './ctcDecode.ts';
export type { CtcBeamOptions, CtcHypothesis } from './ctcDecode.ts';
export { isFloat } from './dtype.ts';
export type { DType, TypedArray } from './dtype.ts';
export {
  CheckpointError,
  ConfigError,
  DataError,
  NonFiniteError,
  RuntimeUnavailableError,
  ShapeError,
  TrainingError,
  WorkingPapersError,
} from './errors.ts';
export { abs } from './ops/abs.ts';
export { acos } from './ops/acos.ts';
export { hardSigmoid, hardSwish, hardTanh, logSigmoid, mish, selu } from './ops/activations.ts';
export { adaptiveAvgPool, globalAvgPool } from './ops/adaptiveAvgPool.ts';
export { add } from './ops/add.ts';
export { addAlongAxis } from './ops/addAlongAxis.ts';
export { all } from './ops/all.ts';
export { any } from './ops/any.ts';
export { argmax } from './ops/argmax.ts';
export { argmin } from './ops/argmin.ts';
export { asin } from './ops/asin.ts';
export { atan } from './ops/atan.ts';
export { atan2 } from './ops/atan2.ts';
export { attention } from './ops/attention.ts';
export { blockCausalMask, causalMask, prefixMask } from './ops/attentionMask.ts';
export { avgPool1d, avgPool2d, avgPool3d } from './ops/avgPool.ts';
export { batchNorm, batchNormInference } from './ops/batchNorm.ts';
export { cachedAttention } from './ops/cachedAttention.ts';
export { cast } from './ops/cast.ts';
export { ceil } from './ops/ceil.ts';
export { cholesky } from './ops/cholesky.ts';
export { clip } from './ops/clip.ts';
export { concat } from './ops/concat.ts';
export {
  conv1d,
  conv2d,
  conv3d,
  convTranspose1d,
  convTranspose2d,
  convTranspose3d,
} from './ops/conv.ts';
export { cos } from './ops/cos.ts';
export { crossEntropy } from './ops/crossEntropy.ts';
export { ctcLoss } from './ops/ctcLoss.ts';
export { cumprod } from './ops/cumprod.ts';
export { cumsum } from './ops/cumsum.ts';
export { diagonal, diagonalEmbed } from './ops/diagonal.ts';
export { div } from './ops/div.ts';
export { einsum } from './ops/einsum.ts';
export { elu } from './ops/elu.ts';
export { embedding } from './ops/embedding.ts';
export { equal } from './ops/equal.ts';
export { erf } from './ops/erf.ts';
export { exp } from './ops/exp.ts';
export { expand } from './ops/expand.ts';
export { expm1 } from './ops/expm1.ts';
export { flip } from './ops/flip.ts';
export { floor } from './ops/floor.ts';
export { dct, dct2d, idct, idct2d, irfft, irfft2d, rfft, rfft2d } from './ops/fourier.ts';
export { gather } from './ops/gather.ts';
export { gelu } from './ops/gelu.ts';
export { greater } from './ops/greater.ts';
export { greaterEqual } from './ops/greaterEqual.ts';
export { gridSample } from './ops/gridSample.ts';
export { groupNorm, instanceNorm } from './ops/groupNorm.ts';
export { gumbelSoftmax } from './ops/gumbelSoftmax.ts';
export { isFinite } from './ops/isFinite.ts';
export { isInf } from './ops/isInf.ts';
export { isNaN } from './ops/isNaN.ts';
export { layerNorm } from './ops/layerNorm.ts';
export { leakyRelu } from './ops/leakyRelu.ts';
export { lerp } from './ops/lerp.ts';
export { less } from './ops/less.ts';
export { lessEqual } from './ops/lessEqual.ts';
export { linear } from './ops/linear.ts';
export {
  inversePositiveDefinite,
  leastSquares,
  logDeterminantPositiveDefinite,
  solvePositiveDefinite,
} from './ops/linearSystems.ts';
export { linearTopK } from './ops/linearTopK.ts';
export { log } from './ops/log.ts';
export { log1p } from './ops/log1p.ts';
export { logicalAnd } from './ops/logicalAnd.ts';
export { logicalNot } from './ops/logicalNot.ts';
export { logicalOr } from './ops/logicalOr.ts';
export { logicalXor } from './ops/logicalXor.ts';
export { logSoftmax } from './ops/logSoftmax.ts';
export { logSumExp } from './ops/logSumExp.ts';
export {
  binaryCrossEntropy,
  huber,
  klDivergence,
  meanAbsoluteError,
  meanSquaredError,
  smoothL1,
} from './ops/losses.ts';
export { matmul } from './ops/matmul.ts';
export { max } from './ops/max.ts';
export { maximum } from './ops/maximum.ts';
export { maxPool1d, maxPool2d, maxPool3d } from './ops/maxPool.ts';
export { mean } from './ops/mean.ts';
export { min } from './ops/min.ts';
export { minimum } from './ops/minimum.ts';
export { mod } from './ops/mod.ts';
export { mul } from './ops/mul.ts';
export { neg } from './ops/neg.ts';
export { norm } from './ops/norm.ts';
export { notEqual } from './ops/notEqual.ts';
export { oneHot } from './ops/oneHot.ts';
export { pad } from './ops/pad.ts';
export { depthToSpace, pixelShuffle, pixelUnshuffle, spaceToDepth } from './ops/pixelShuffle.ts';
export { pow } from './ops/pow.ts';
export { prod } from './ops/prod.ts';
export { putAlongAxis } from './ops/putAlongAxis.ts';
export { qr } from './ops/qr.ts';
export { reciprocal } from './ops/reciprocal.ts';
export { relu } from './ops/relu.ts';
export { flatten, reshape, squeeze, unsqueeze } from './ops/reshape.ts';
export { resize } from './ops/resize.ts';
export { rmsNorm } from './ops/rmsNorm.ts';
export { roll } from './ops/roll.ts';
export { round } from './ops/round.ts';
export { rsqrt } from './ops/rsqrt.ts';
export { scatterAdd } from './ops/scatterAdd.ts';
export { searchSorted } from './ops/searchSorted.ts';
export { sigmoid } from './ops/sigmoid.ts';
export { sign } from './ops/sign.ts';
export { silu } from './ops/silu.ts';
export { sin } from './ops/sin.ts';
export { slice } from './ops/slice.ts';
export { softmax } from './ops/softmax.ts';
export { softplus } from './ops/softplus.ts';
export { argsort, sort } from './ops/sort.ts';
export { sampledMatmul, sparseMatmul, sparseTransposeMatmul } from './ops/sparseMatmul.ts';
export { splitAxis, unstack } from './ops/splitAxis.ts';
export { mergeHeads, splitHeads } from './ops/splitHeads.ts';
export { sqrt } from './ops/sqrt.ts';
export { square } from './ops/square.ts';
export { stack } from './ops/stack.ts';
export { stopGradient } from './ops/stopGradient.ts';
export { sub } from './ops/sub.ts';
export { sum } from './ops/sum.ts';
export { svd } from './ops/svd.ts';
export { symmetricEigen } from './ops/symmetricEigen.ts';
export { takeAlongAxis } from './ops/takeAlongAxis.ts';
export { tan } from './ops/tan.ts';
export { tanh } from './ops/tanh.ts';
export { repeat, tile } from './ops/tile.ts';
export { topK, topKMask } from './ops/topK.ts';
export { matrixTranspose, transpose } from './ops/transpose.ts';
export { triangleMask, tril, triu } from './ops/triangle.ts';
export { triangularSolve } from './ops/triangularSolve.ts';
export { fold, unfold } from './ops/unfold.ts';
export { standardDeviation, variance } from './ops/variance.ts';
export { where } from './ops/where.ts';
export type { AvgPoolOptions } from './ops/avgPool.ts';
export type { ChannelStatistics } from './ops/batchNorm.ts';
export type { ClipOptions } from './ops/clip.ts';
export type { ConvOptions, ConvTransposeOptions } from './ops/conv.ts';
export type { CrossEntropyOptions } from './ops/crossEntropy.ts';
export type { CumsumOptions } from './ops/cumsum.ts';
export type { DiagonalOptions } from './ops/diagonal.ts';
export type { Operand } from './ops/elementwise.ts';
export type { AttentionOptions } from './ops/attention.ts';
export type { CachedAttentionOptions } from './ops/cachedAttention.ts';
export type { CtcOptions, CtcTargets } from './ops/ctcLoss.ts';
export type { Complex } from './ops/fourier.ts';
export type { GeluOptions } from './ops/gelu.ts';
export type { GridSampleOptions } from './ops/gridSample.ts';
export type { ChannelNormOptions, GroupNormOptions } from './ops/groupNorm.ts';
export type { GumbelSoftmaxOptions } from './ops/gumbelSoftmax.ts';
export type { LayerNormOptions } from './ops/layerNorm.ts';
export type { LinearTopK } from './ops/linearTopK.ts';
export type { MatmulOptions } from './ops/matmul.ts';
export type { NormOptions } from './ops/norm.ts';
export type { PadOptions } from './ops/pad.ts';
export type { ReductionOptions } from './ops/reduction.ts';
export type { ResizeMode, ResizeOptions } from './ops/resize.ts';
export type { SearchSortedOptions } from './ops/searchSorted.ts';
export type { SliceOptions } from './ops/slice.ts';
export type { SortOptions } from './ops/sort.ts';
export type { Svd } from './ops/svd.ts';
export type { Ordered, TopKOptions } from './ops/topK.ts';
export type { TriangularSolveOptions } from './ops/triangularSolve.ts';
export type { UnfoldOptions } from './ops/unfold.ts';
export type { VarianceOptions } from './ops/variance.ts';
export type { Padding, PerAxis, PoolOptions } from './ops/window.ts';
export { keyValueCache } from './keyValueCache.ts';
export type { CachedRows, CacheSizes, KeyValueCache } from './keyValueCache.ts';
export {
  foldIn,
  integers,
  keyOf,
  normal,
  normals,
  permutation,
  split,
  threefry2x32,
  uniform,
  uniforms,
  uniformStream,
} from './random.ts';
export type { Key } from './random.ts';
export type {
  Backend,
  Capabilities,
  DeviceArray,
  DeviceTensor,
  RuntimeTensor,
  Session,
  SessionOptions,
} from './runtime/backend.ts';
export { letOthersRun } from './runtime/eventLoop.ts';
export { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
export type { Safetensor, Safetensors, SafetensorsDType } from './safetensors.ts';
export { arange, eye, linspace } from './sequences.ts';
export type { ArangeOptions, EyeOptions } from './sequences.ts';
export type { Axes, Shape } from './shape.ts';
export { full, hostData, ones, tensor, Tensor, zeros } from './tensor.ts';
export type { NestedNumbers, TensorSpec } from './tensor.ts';
export type { CleanUpOptions } from './trace/cleanUp.ts';
export { compile, evaluate } from './trace/compile.ts';
export type { Compiled, CompileOptions } from './trace/compile.ts';
export { customVjp, straightThrough } from './trace/customVjp.ts';
export type { CustomVjp } from './trace/customVjp.ts';
export type { Explanation, OperationCost } from './trace/explain.ts';
export {
  grad,
  hessianVectorProduct,
  jvp,
  valueAndGrad,
  valueAndGradWithAux,
  vjp,
} from './trace/gradient.ts';
export { jacobian } from './trace/jacobian.ts';
export { remat } from './trace/remat.ts';
export { unroll } from './trace/unroll.ts';
export { vmap } from './trace/vmap.ts';
export { flattenTensors, mapTensors, zipTensors } from './tree.ts';
