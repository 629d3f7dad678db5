import { absOp } from './abs.ts';
import { addOp } from './add.ts';
import { aliasOp } from './alias.ts';
import { argmaxOp } from './argmax.ts';
import { castOp } from './cast.ts';
import { concatOp } from './concat.ts';
import { cosOp } from './cos.ts';
import { crossEntropyOp } from './crossEntropy.ts';
import { cumsumOp } from './cumsum.ts';
import { divOp } from './div.ts';
import { equalOp } from './equal.ts';
import { erfOp } from './erf.ts';
import { expOp } from './exp.ts';
import { expandOp } from './expand.ts';
import { gatherOp } from './gather.ts';
import { geluOp } from './gelu.ts';
import { greaterOp } from './greater.ts';
import { greaterEqualOp } from './greaterEqual.ts';
import { lessOp } from './less.ts';
import { lessEqualOp } from './lessEqual.ts';
import { linearOp } from './linear.ts';
import { logOp } from './log.ts';
import { logSoftmaxOp } from './logSoftmax.ts';
import { logSumExpOp } from './logSumExp.ts';
import { matmulOp } from './matmul.ts';
import { maxOp } from './max.ts';
import { maximumOp } from './maximum.ts';
import { meanOp } from './mean.ts';
import { minOp } from './min.ts';
import { minimumOp } from './minimum.ts';
import { mulOp } from './mul.ts';
import { negOp } from './neg.ts';
import { oneHotOp } from './oneHot.ts';
import { padOp } from './pad.ts';
import { powOp } from './pow.ts';
import { reluOp } from './relu.ts';
import { reshapeOp } from './reshape.ts';
import { scatterAddOp } from './scatterAdd.ts';
import { sigmoidOp } from './sigmoid.ts';
import { signOp } from './sign.ts';
import { siluOp } from './silu.ts';
import { sinOp } from './sin.ts';
import { sliceOp } from './slice.ts';
import { softmaxOp } from './softmax.ts';
import { softplusOp } from './softplus.ts';
import { sqrtOp } from './sqrt.ts';
import { squareOp } from './square.ts';
import { stopGradientOp } from './stopGradient.ts';
import { subOp } from './sub.ts';
import { sumOp } from './sum.ts';
import { tanhOp } from './tanh.ts';
import { transposeOp } from './transpose.ts';
import { whereOp } from './where.ts';

/** Every operation: the conformance walk and the table of operations read this list. */
export const operations = [
  absOp,
  addOp,
  aliasOp,
  argmaxOp,
  castOp,
  concatOp,
  cosOp,
  crossEntropyOp,
  cumsumOp,
  divOp,
  equalOp,
  erfOp,
  expOp,
  expandOp,
  gatherOp,
  geluOp,
  greaterOp,
  greaterEqualOp,
  lessOp,
  lessEqualOp,
  linearOp,
  logOp,
  logSoftmaxOp,
  logSumExpOp,
  matmulOp,
  maxOp,
  maximumOp,
  meanOp,
  minOp,
  minimumOp,
  mulOp,
  negOp,
  oneHotOp,
  padOp,
  powOp,
  reluOp,
  reshapeOp,
  scatterAddOp,
  sigmoidOp,
  signOp,
  siluOp,
  sinOp,
  sliceOp,
  softmaxOp,
  softplusOp,
  sqrtOp,
  squareOp,
  stopGradientOp,
  subOp,
  sumOp,
  tanhOp,
  transposeOp,
  whereOp,
] as const;
