import type { DType } from './dtype.ts';
import type { Operand } from './ops/elementwise.ts';
import { abs } from './ops/abs.ts';
import { add } from './ops/add.ts';
import { argmax } from './ops/argmax.ts';
import { cast } from './ops/cast.ts';
import { cos } from './ops/cos.ts';
import { cumsum } from './ops/cumsum.ts';
import { div } from './ops/div.ts';
import { equal } from './ops/equal.ts';
import { erf } from './ops/erf.ts';
import { exp } from './ops/exp.ts';
import { expand } from './ops/expand.ts';
import { gather } from './ops/gather.ts';
import { gelu } from './ops/gelu.ts';
import { greater } from './ops/greater.ts';
import { greaterEqual } from './ops/greaterEqual.ts';
import { less } from './ops/less.ts';
import { lessEqual } from './ops/lessEqual.ts';
import { log } from './ops/log.ts';
import { logSoftmax } from './ops/logSoftmax.ts';
import { logSumExp } from './ops/logSumExp.ts';
import { matmul, type MatmulOptions } from './ops/matmul.ts';
import { max } from './ops/max.ts';
import { maximum } from './ops/maximum.ts';
import { mean } from './ops/mean.ts';
import { min } from './ops/min.ts';
import { minimum } from './ops/minimum.ts';
import { mul } from './ops/mul.ts';
import { neg } from './ops/neg.ts';
import { oneHot } from './ops/oneHot.ts';
import { pad, type PadOptions } from './ops/pad.ts';
import { pow } from './ops/pow.ts';
import { relu } from './ops/relu.ts';
import { reshape } from './ops/reshape.ts';
import { scatterAdd } from './ops/scatterAdd.ts';
import { sigmoid } from './ops/sigmoid.ts';
import { sign } from './ops/sign.ts';
import { silu } from './ops/silu.ts';
import { sin } from './ops/sin.ts';
import { slice, type SliceOptions } from './ops/slice.ts';
import { softmax } from './ops/softmax.ts';
import { softplus } from './ops/softplus.ts';
import { sqrt } from './ops/sqrt.ts';
import { square } from './ops/square.ts';
import { stopGradient } from './ops/stopGradient.ts';
import { sub } from './ops/sub.ts';
import { sum } from './ops/sum.ts';
import { tanh } from './ops/tanh.ts';
import { matrixTranspose, transpose } from './ops/transpose.ts';
import { where } from './ops/where.ts';
import type { ReductionOptions } from './ops/reduction.ts';
import type { Axes, Shape } from './shape.ts';
import { Tensor } from './tensor.ts';

// Operations as methods, so that formulas read from left to right. They are attached here and not in
// the class, because operations are built on the class. Each is documented at its function.

declare module './tensor.ts' {
  interface Tensor {
    neg: () => Tensor;
    exp: () => Tensor;
    log: () => Tensor;
    sqrt: () => Tensor;
    square: () => Tensor;
    abs: () => Tensor;
    sign: () => Tensor;
    sin: () => Tensor;
    cos: () => Tensor;
    tanh: () => Tensor;
    sigmoid: () => Tensor;
    relu: () => Tensor;
    silu: () => Tensor;
    gelu: () => Tensor;
    erf: () => Tensor;
    softplus: () => Tensor;
    stopGradient: () => Tensor;
    matrixTranspose: () => Tensor;
    add: (other: Operand) => Tensor;
    sub: (other: Operand) => Tensor;
    mul: (other: Operand) => Tensor;
    div: (other: Operand) => Tensor;
    maximum: (other: Operand) => Tensor;
    minimum: (other: Operand) => Tensor;
    equal: (other: Operand) => Tensor;
    greater: (other: Operand) => Tensor;
    greaterEqual: (other: Operand) => Tensor;
    less: (other: Operand) => Tensor;
    lessEqual: (other: Operand) => Tensor;
    sum: (axes?: Axes, options?: ReductionOptions) => Tensor;
    mean: (axes?: Axes, options?: ReductionOptions) => Tensor;
    max: (axes?: Axes, options?: ReductionOptions) => Tensor;
    min: (axes?: Axes, options?: ReductionOptions) => Tensor;
    logSumExp: (axes?: Axes, options?: ReductionOptions) => Tensor;
    argmax: (axis?: number) => Tensor;
    cast: (dtype: DType) => Tensor;
    cumsum: (axis?: number) => Tensor;
    expand: (shape: Shape) => Tensor;
    gather: (indices: Tensor) => Tensor;
    logSoftmax: (axis?: number) => Tensor;
    matmul: (other: Tensor, options?: MatmulOptions) => Tensor;
    oneHot: (depth: number) => Tensor;
    pad: (options: PadOptions) => Tensor;
    pow: (exponent: number) => Tensor;
    reshape: (shape: Shape) => Tensor;
    scatterAdd: (indices: Tensor, rows: number) => Tensor;
    slice: (options: SliceOptions) => Tensor;
    softmax: (axis?: number) => Tensor;
    transpose: (permutation?: readonly number[]) => Tensor;
    where: (a: Operand, b: Operand) => Tensor;
  }
}

Object.assign(Tensor.prototype, {
  neg(this: Tensor) {
    return neg(this);
  },
  exp(this: Tensor) {
    return exp(this);
  },
  log(this: Tensor) {
    return log(this);
  },
  sqrt(this: Tensor) {
    return sqrt(this);
  },
  square(this: Tensor) {
    return square(this);
  },
  abs(this: Tensor) {
    return abs(this);
  },
  sign(this: Tensor) {
    return sign(this);
  },
  sin(this: Tensor) {
    return sin(this);
  },
  cos(this: Tensor) {
    return cos(this);
  },
  tanh(this: Tensor) {
    return tanh(this);
  },
  sigmoid(this: Tensor) {
    return sigmoid(this);
  },
  relu(this: Tensor) {
    return relu(this);
  },
  silu(this: Tensor) {
    return silu(this);
  },
  gelu(this: Tensor) {
    return gelu(this);
  },
  erf(this: Tensor) {
    return erf(this);
  },
  softplus(this: Tensor) {
    return softplus(this);
  },
  stopGradient(this: Tensor) {
    return stopGradient(this);
  },
  matrixTranspose(this: Tensor) {
    return matrixTranspose(this);
  },
  add(this: Tensor, other: Operand) {
    return add(this, other);
  },
  sub(this: Tensor, other: Operand) {
    return sub(this, other);
  },
  mul(this: Tensor, other: Operand) {
    return mul(this, other);
  },
  div(this: Tensor, other: Operand) {
    return div(this, other);
  },
  maximum(this: Tensor, other: Operand) {
    return maximum(this, other);
  },
  minimum(this: Tensor, other: Operand) {
    return minimum(this, other);
  },
  equal(this: Tensor, other: Operand) {
    return equal(this, other);
  },
  greater(this: Tensor, other: Operand) {
    return greater(this, other);
  },
  greaterEqual(this: Tensor, other: Operand) {
    return greaterEqual(this, other);
  },
  less(this: Tensor, other: Operand) {
    return less(this, other);
  },
  lessEqual(this: Tensor, other: Operand) {
    return lessEqual(this, other);
  },
  sum(this: Tensor, axes?: Axes, options?: ReductionOptions) {
    return sum(this, axes, options);
  },
  mean(this: Tensor, axes?: Axes, options?: ReductionOptions) {
    return mean(this, axes, options);
  },
  max(this: Tensor, axes?: Axes, options?: ReductionOptions) {
    return max(this, axes, options);
  },
  min(this: Tensor, axes?: Axes, options?: ReductionOptions) {
    return min(this, axes, options);
  },
  logSumExp(this: Tensor, axes?: Axes, options?: ReductionOptions) {
    return logSumExp(this, axes, options);
  },
  argmax(this: Tensor, axis?: number) {
    return argmax(this, axis);
  },
  cast(this: Tensor, dtype: DType) {
    return cast(this, dtype);
  },
  cumsum(this: Tensor, axis?: number) {
    return cumsum(this, axis);
  },
  expand(this: Tensor, shape: Shape) {
    return expand(this, shape);
  },
  gather(this: Tensor, indices: Tensor) {
    return gather(this, indices);
  },
  logSoftmax(this: Tensor, axis?: number) {
    return logSoftmax(this, axis);
  },
  matmul(this: Tensor, other: Tensor, options?: MatmulOptions) {
    return matmul(this, other, options);
  },
  oneHot(this: Tensor, depth: number) {
    return oneHot(this, depth);
  },
  pad(this: Tensor, options: PadOptions) {
    return pad(this, options);
  },
  pow(this: Tensor, exponent: number) {
    return pow(this, exponent);
  },
  reshape(this: Tensor, shape: Shape) {
    return reshape(this, shape);
  },
  scatterAdd(this: Tensor, indices: Tensor, rows: number) {
    return scatterAdd(this, indices, rows);
  },
  slice(this: Tensor, options: SliceOptions) {
    return slice(this, options);
  },
  softmax(this: Tensor, axis?: number) {
    return softmax(this, axis);
  },
  transpose(this: Tensor, permutation?: readonly number[]) {
    return transpose(this, permutation);
  },
  where(this: Tensor, a: Operand, b: Operand) {
    return where(this, a, b);
  },
} satisfies Partial<Tensor>);
