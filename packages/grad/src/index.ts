import './methods.ts';

export { isFloat } from './dtype.ts';
export type { DType, TypedArray } from './dtype.ts';
export {
  CheckpointError,
  ConfigError,
  DataError,
  RuntimeUnavailableError,
  ShapeError,
  WorkingPapersError,
} from './errors.ts';
export { abs } from './ops/abs.ts';
export { add } from './ops/add.ts';
export { argmax } from './ops/argmax.ts';
export { cast } from './ops/cast.ts';
export { concat } from './ops/concat.ts';
export { cos } from './ops/cos.ts';
export { crossEntropy } from './ops/crossEntropy.ts';
export { cumsum } from './ops/cumsum.ts';
export { div } from './ops/div.ts';
export { equal } from './ops/equal.ts';
export { erf } from './ops/erf.ts';
export { exp } from './ops/exp.ts';
export { expand } from './ops/expand.ts';
export { gather } from './ops/gather.ts';
export { gelu } from './ops/gelu.ts';
export { greater } from './ops/greater.ts';
export { greaterEqual } from './ops/greaterEqual.ts';
export { less } from './ops/less.ts';
export { lessEqual } from './ops/lessEqual.ts';
export { linear } from './ops/linear.ts';
export { log } from './ops/log.ts';
export { logSoftmax } from './ops/logSoftmax.ts';
export { logSumExp } from './ops/logSumExp.ts';
export { matmul } from './ops/matmul.ts';
export { max } from './ops/max.ts';
export { maximum } from './ops/maximum.ts';
export { mean } from './ops/mean.ts';
export { min } from './ops/min.ts';
export { minimum } from './ops/minimum.ts';
export { mul } from './ops/mul.ts';
export { neg } from './ops/neg.ts';
export { oneHot } from './ops/oneHot.ts';
export { pad } from './ops/pad.ts';
export { pow } from './ops/pow.ts';
export { relu } from './ops/relu.ts';
export { reshape } from './ops/reshape.ts';
export { scatterAdd } from './ops/scatterAdd.ts';
export { sigmoid } from './ops/sigmoid.ts';
export { sign } from './ops/sign.ts';
export { silu } from './ops/silu.ts';
export { sin } from './ops/sin.ts';
export { slice } from './ops/slice.ts';
export { softmax } from './ops/softmax.ts';
export { softplus } from './ops/softplus.ts';
export { sqrt } from './ops/sqrt.ts';
export { square } from './ops/square.ts';
export { stopGradient } from './ops/stopGradient.ts';
export { sub } from './ops/sub.ts';
export { sum } from './ops/sum.ts';
export { tanh } from './ops/tanh.ts';
export { matrixTranspose, transpose } from './ops/transpose.ts';
export { where } from './ops/where.ts';
export type { Operand } from './ops/elementwise.ts';
export type { MatmulOptions } from './ops/matmul.ts';
export type { PadOptions } from './ops/pad.ts';
export type { ReductionOptions } from './ops/reduction.ts';
export type { SliceOptions } from './ops/slice.ts';
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
  RuntimeTensor,
  Session,
  SessionOptions,
} from './runtime/backend.ts';
export { decodeSafetensors, encodeSafetensors } from './safetensors.ts';
export type { Safetensor, Safetensors, SafetensorsDType } from './safetensors.ts';
export type { Axes, Shape } from './shape.ts';
export { full, hostData, ones, tensor, Tensor, zeros } from './tensor.ts';
export type { NestedNumbers, TensorSpec } from './tensor.ts';
export type { CleanUpOptions } from './trace/cleanUp.ts';
export { compile, evaluate } from './trace/compile.ts';
export type { Compiled, CompileOptions } from './trace/compile.ts';
export { grad, jvp, valueAndGrad, vjp } from './trace/gradient.ts';
export { flattenTensors, mapTensors, zipTensors } from './tree.ts';
