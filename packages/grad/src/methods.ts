import type { DType } from './dtype.ts';
import type { Operand } from './ops/elementwise.ts';
import { abs } from './ops/abs.ts';
import { acos } from './ops/acos.ts';
import { add } from './ops/add.ts';
import { addAlongAxis } from './ops/addAlongAxis.ts';
import { all } from './ops/all.ts';
import { any } from './ops/any.ts';
import { argmax } from './ops/argmax.ts';
import { argmin } from './ops/argmin.ts';
import { asin } from './ops/asin.ts';
import { atan } from './ops/atan.ts';
import { cast } from './ops/cast.ts';
import { ceil } from './ops/ceil.ts';
import { clip, type ClipOptions } from './ops/clip.ts';
import { cos } from './ops/cos.ts';
import { cumprod } from './ops/cumprod.ts';
import { cumsum, type CumsumOptions } from './ops/cumsum.ts';
import { div } from './ops/div.ts';
import { equal } from './ops/equal.ts';
import { erf } from './ops/erf.ts';
import { exp } from './ops/exp.ts';
import { expand } from './ops/expand.ts';
import { expm1 } from './ops/expm1.ts';
import { flip } from './ops/flip.ts';
import { floor } from './ops/floor.ts';
import { gather } from './ops/gather.ts';
import { gelu, type GeluOptions } from './ops/gelu.ts';
import { greater } from './ops/greater.ts';
import { greaterEqual } from './ops/greaterEqual.ts';
import { isFinite } from './ops/isFinite.ts';
import { isNaN } from './ops/isNaN.ts';
import { less } from './ops/less.ts';
import { lessEqual } from './ops/lessEqual.ts';
import { log } from './ops/log.ts';
import { log1p } from './ops/log1p.ts';
import { logicalAnd } from './ops/logicalAnd.ts';
import { logicalNot } from './ops/logicalNot.ts';
import { logicalOr } from './ops/logicalOr.ts';
import { logicalXor } from './ops/logicalXor.ts';
import { logSoftmax } from './ops/logSoftmax.ts';
import { logSumExp } from './ops/logSumExp.ts';
import { matmul, type MatmulOptions } from './ops/matmul.ts';
import { max } from './ops/max.ts';
import { maximum } from './ops/maximum.ts';
import { mean } from './ops/mean.ts';
import { min } from './ops/min.ts';
import { minimum } from './ops/minimum.ts';
import { mod } from './ops/mod.ts';
import { mul } from './ops/mul.ts';
import { neg } from './ops/neg.ts';
import { norm, type NormOptions } from './ops/norm.ts';
import { notEqual } from './ops/notEqual.ts';
import { oneHot } from './ops/oneHot.ts';
import { pad, type PadOptions } from './ops/pad.ts';
import { pow } from './ops/pow.ts';
import { prod } from './ops/prod.ts';
import { putAlongAxis } from './ops/putAlongAxis.ts';
import { reciprocal } from './ops/reciprocal.ts';
import { relu } from './ops/relu.ts';
import { flatten, reshape, squeeze, unsqueeze } from './ops/reshape.ts';
import { round } from './ops/round.ts';
import { rsqrt } from './ops/rsqrt.ts';
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
import { takeAlongAxis } from './ops/takeAlongAxis.ts';
import { tan } from './ops/tan.ts';
import { tanh } from './ops/tanh.ts';
import { matrixTranspose, transpose } from './ops/transpose.ts';
import { standardDeviation, variance, type VarianceOptions } from './ops/variance.ts';
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
    gelu: (options?: GeluOptions) => Tensor;
    erf: () => Tensor;
    softplus: () => Tensor;
    tan: () => Tensor;
    asin: () => Tensor;
    acos: () => Tensor;
    atan: () => Tensor;
    floor: () => Tensor;
    ceil: () => Tensor;
    round: () => Tensor;
    log1p: () => Tensor;
    expm1: () => Tensor;
    rsqrt: () => Tensor;
    reciprocal: () => Tensor;
    isNaN: () => Tensor;
    isFinite: () => Tensor;
    logicalNot: () => Tensor;
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
    mod: (other: Operand) => Tensor;
    notEqual: (other: Operand) => Tensor;
    logicalAnd: (other: Tensor) => Tensor;
    logicalOr: (other: Tensor) => Tensor;
    logicalXor: (other: Tensor) => Tensor;
    sum: (axes?: Axes, options?: ReductionOptions) => Tensor;
    mean: (axes?: Axes, options?: ReductionOptions) => Tensor;
    max: (axes?: Axes, options?: ReductionOptions) => Tensor;
    min: (axes?: Axes, options?: ReductionOptions) => Tensor;
    logSumExp: (axes?: Axes, options?: ReductionOptions) => Tensor;
    prod: (axes?: Axes, options?: ReductionOptions) => Tensor;
    any: (axes?: Axes, options?: ReductionOptions) => Tensor;
    all: (axes?: Axes, options?: ReductionOptions) => Tensor;
    norm: (axes?: Axes, options?: NormOptions) => Tensor;
    variance: (axes?: Axes, options?: VarianceOptions) => Tensor;
    standardDeviation: (axes?: Axes, options?: VarianceOptions) => Tensor;
    argmax: (axis?: number) => Tensor;
    argmin: (axis?: number) => Tensor;
    cast: (dtype: DType) => Tensor;
    clip: (options: ClipOptions) => Tensor;
    cumprod: (axis?: number) => Tensor;
    cumsum: (axis?: number, options?: CumsumOptions) => Tensor;
    expand: (shape: Shape) => Tensor;
    flatten: (start?: number, end?: number) => Tensor;
    flip: (axes?: Axes) => Tensor;
    gather: (indices: Tensor, axis?: number) => Tensor;
    logSoftmax: (axis?: number) => Tensor;
    matmul: (other: Tensor, options?: MatmulOptions) => Tensor;
    oneHot: (depth: number) => Tensor;
    pad: (options: PadOptions) => Tensor;
    pow: (exponent: Operand) => Tensor;
    reshape: (shape: Shape) => Tensor;
    addAlongAxis: (indices: Tensor, values: Operand, axis: number) => Tensor;
    putAlongAxis: (indices: Tensor, values: Operand, axis: number) => Tensor;
    takeAlongAxis: (indices: Tensor, axis: number) => Tensor;
    scatterAdd: (indices: Tensor, rows: number, axis?: number) => Tensor;
    slice: (options: SliceOptions) => Tensor;
    softmax: (axis?: number) => Tensor;
    squeeze: (axes?: Axes) => Tensor;
    unsqueeze: (axis: number) => Tensor;
    transpose: (permutation?: readonly number[]) => Tensor;
    where: (a: Operand, b: Operand) => Tensor;
  }
}

/** Each as a method of its first argument. */
const operations = {
  neg,
  exp,
  log,
  sqrt,
  square,
  abs,
  sign,
  sin,
  cos,
  tanh,
  sigmoid,
  relu,
  silu,
  gelu,
  erf,
  softplus,
  tan,
  asin,
  acos,
  atan,
  floor,
  ceil,
  round,
  log1p,
  expm1,
  rsqrt,
  reciprocal,
  isNaN,
  isFinite,
  logicalNot,
  stopGradient,
  matrixTranspose,
  add,
  sub,
  mul,
  div,
  maximum,
  minimum,
  equal,
  greater,
  greaterEqual,
  less,
  lessEqual,
  mod,
  notEqual,
  logicalAnd,
  logicalOr,
  logicalXor,
  sum,
  mean,
  max,
  min,
  logSumExp,
  prod,
  any,
  all,
  norm,
  variance,
  standardDeviation,
  argmin,
  argmax,
  cast,
  clip,
  cumprod,
  cumsum,
  expand,
  flatten,
  flip,
  gather,
  logSoftmax,
  matmul,
  oneHot,
  pad,
  pow,
  reshape,
  addAlongAxis,
  putAlongAxis,
  takeAlongAxis,
  scatterAdd,
  slice,
  softmax,
  squeeze,
  unsqueeze,
  transpose,
  where,
} satisfies Partial<Record<keyof Tensor, (x: Tensor, ...rest: never[]) => unknown>>;

for (const [name, operation] of Object.entries(operations)) {
  Object.defineProperty(Tensor.prototype, name, {
    value(this: Tensor, ...rest: readonly unknown[]): unknown {
      return Reflect.apply(operation, null, [this, ...rest]);
    },
    configurable: true,
    enumerable: true,
    writable: true,
  });
}
