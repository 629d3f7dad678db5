import { absOp } from './abs.ts';
import { acosOp } from './acos.ts';
import { addOp } from './add.ts';
import { addAlongAxisOp } from './addAlongAxis.ts';
import { afterOp } from './after.ts';
import { aliasOp } from './alias.ts';
import { allOp } from './all.ts';
import { anyOp } from './any.ts';
import { argmaxOp } from './argmax.ts';
import { argminOp } from './argmin.ts';
import { asinOp } from './asin.ts';
import { atanOp } from './atan.ts';
import { atan2Op } from './atan2.ts';
import { attentionOp } from './attention.ts';
import { avgPoolOp } from './avgPool.ts';
import { castOp } from './cast.ts';
import { ceilOp } from './ceil.ts';
import { choleskyOp } from './cholesky.ts';
import { clipOp } from './clip.ts';
import { concatOp } from './concat.ts';
import { convOp, convTransposeOp, convWeightOp } from './convOps.ts';
import { cosOp } from './cos.ts';
import { crossEntropyOp } from './crossEntropy.ts';
import { ctcLossOp } from './ctcLoss.ts';
import { ctcOccupancyOp } from './ctcOccupancy.ts';
import { cumsumOp } from './cumsum.ts';
import { divOp } from './div.ts';
import { eluOp } from './elu.ts';
import { embeddingOp } from './embedding.ts';
import { equalOp } from './equal.ts';
import { erfOp } from './erf.ts';
import { expOp } from './exp.ts';
import { expandOp } from './expand.ts';
import { expm1Op } from './expm1.ts';
import { floorOp } from './floor.ts';
import { gatherOp } from './gather.ts';
import { geluOp, geluTanhOp } from './gelu.ts';
import { greaterOp } from './greater.ts';
import { greaterEqualOp } from './greaterEqual.ts';
import { groupNormOp } from './groupNorm.ts';
import { isNaNOp } from './isNaN.ts';
import { layerNormOp } from './layerNorm.ts';
import { leakyReluOp } from './leakyRelu.ts';
import { lessOp } from './less.ts';
import { lessEqualOp } from './lessEqual.ts';
import { linearOp } from './linear.ts';
import { linearTopKOp } from './linearTopK.ts';
import { logOp } from './log.ts';
import { log1pOp } from './log1p.ts';
import { logicalAndOp } from './logicalAnd.ts';
import { logicalNotOp } from './logicalNot.ts';
import { logicalOrOp } from './logicalOr.ts';
import { logicalXorOp } from './logicalXor.ts';
import { logSoftmaxOp } from './logSoftmax.ts';
import { logSumExpOp } from './logSumExp.ts';
import { matmulOp } from './matmul.ts';
import { maxOp } from './max.ts';
import { maximumOp } from './maximum.ts';
import { argMaxPoolOp, maxPoolOp } from './maxPool.ts';
import { meanOp } from './mean.ts';
import { minOp } from './min.ts';
import { minimumOp } from './minimum.ts';
import { modOp } from './mod.ts';
import { mulOp } from './mul.ts';
import { negOp } from './neg.ts';
import { normOp } from './norm.ts';
import { oneHotOp } from './oneHot.ts';
import { padOp } from './pad.ts';
import { powOp } from './pow.ts';
import { powerOp } from './power.ts';
import { prodOp } from './prod.ts';
import { putAlongAxisOp } from './putAlongAxis.ts';
import { qrOp } from './qr.ts';
import { reciprocalOp } from './reciprocal.ts';
import { reluOp } from './relu.ts';
import { reshapeOp } from './reshape.ts';
import { rmsNormOp } from './rmsNorm.ts';
import { roundOp } from './round.ts';
import { rsqrtOp } from './rsqrt.ts';
import { scatterAddOp } from './scatterAdd.ts';
import { sigmoidOp } from './sigmoid.ts';
import { signOp } from './sign.ts';
import { siluOp } from './silu.ts';
import { sinOp } from './sin.ts';
import { sliceOp } from './slice.ts';
import { softmaxOp } from './softmax.ts';
import { softplusOp } from './softplus.ts';
import { sampledMatmulOp, sparseMatmulOp, sparseTransposeMatmulOp } from './sparseMatmul.ts';
import { splitAxisOp } from './splitAxis.ts';
import { splitHeadsOp } from './splitHeads.ts';
import { sqrtOp } from './sqrt.ts';
import { squareOp } from './square.ts';
import { stopGradientOp } from './stopGradient.ts';
import { subOp } from './sub.ts';
import { subtractOneHotOp } from './subtractOneHot.ts';
import { sumOp } from './sum.ts';
import { svdOp } from './svd.ts';
import { symmetricEigenOp } from './symmetricEigen.ts';
import { takeAlongAxisOp } from './takeAlongAxis.ts';
import { tanOp } from './tan.ts';
import { tanhOp } from './tanh.ts';
import { topKOp } from './topK.ts';
import { transposeOp } from './transpose.ts';
import { triangularSolveOp } from './triangularSolve.ts';
import { whereOp } from './where.ts';

/** Every operation: the conformance walk and the table of operations read this list. */
export const operations = [
  absOp,
  acosOp,
  addOp,
  addAlongAxisOp,
  afterOp,
  aliasOp,
  allOp,
  anyOp,
  argmaxOp,
  argMaxPoolOp,
  argminOp,
  asinOp,
  atanOp,
  atan2Op,
  attentionOp,
  avgPoolOp,
  castOp,
  ceilOp,
  choleskyOp,
  clipOp,
  concatOp,
  convOp,
  convTransposeOp,
  convWeightOp,
  cosOp,
  crossEntropyOp,
  ctcLossOp,
  ctcOccupancyOp,
  cumsumOp,
  divOp,
  eluOp,
  embeddingOp,
  equalOp,
  erfOp,
  expOp,
  expandOp,
  expm1Op,
  floorOp,
  gatherOp,
  geluOp,
  geluTanhOp,
  greaterOp,
  greaterEqualOp,
  groupNormOp,
  isNaNOp,
  layerNormOp,
  leakyReluOp,
  lessOp,
  lessEqualOp,
  linearOp,
  linearTopKOp,
  logOp,
  log1pOp,
  logicalAndOp,
  logicalNotOp,
  logicalOrOp,
  logicalXorOp,
  logSoftmaxOp,
  logSumExpOp,
  matmulOp,
  maxOp,
  maximumOp,
  maxPoolOp,
  meanOp,
  minOp,
  minimumOp,
  modOp,
  mulOp,
  negOp,
  normOp,
  oneHotOp,
  padOp,
  powOp,
  powerOp,
  prodOp,
  putAlongAxisOp,
  qrOp,
  reciprocalOp,
  reluOp,
  reshapeOp,
  rmsNormOp,
  roundOp,
  rsqrtOp,
  sampledMatmulOp,
  scatterAddOp,
  sigmoidOp,
  signOp,
  siluOp,
  sinOp,
  sliceOp,
  softmaxOp,
  softplusOp,
  sparseMatmulOp,
  sparseTransposeMatmulOp,
  splitAxisOp,
  splitHeadsOp,
  sqrtOp,
  squareOp,
  stopGradientOp,
  subOp,
  subtractOneHotOp,
  sumOp,
  svdOp,
  symmetricEigenOp,
  takeAlongAxisOp,
  tanOp,
  tanhOp,
  topKOp,
  transposeOp,
  triangularSolveOp,
  whereOp,
] as const;
