import { describe, expect, test } from 'vitest';
import * as grad from '../src/index.ts';
import { full, ones, tensor, Tensor, zeros, type DType, type TypedArray } from '../src/index.ts';
import { hostData, inputTensor, isConcrete, uniformValue } from '../src/tensor.ts';

describe('tensor', () => {
  test('takes its shape from the nesting', async () => {
    const value = tensor([
      [1, 2, 3],
      [4, 5, 6],
    ]);
    expect(value).toMatchObject({ shape: [2, 3], dtype: 'float32', size: 6, rank: 2 });
    expect(await value.data()).toEqual(Float32Array.of(1, 2, 3, 4, 5, 6));
  });

  test('of a number is a scalar', async () => {
    expect(tensor(7)).toMatchObject({ shape: [], size: 1, rank: 0 });
    expect(await tensor(7).item()).toBe(7);
  });

  test('takes the shape that is given for flat values', () => {
    expect(tensor([1, 2, 3, 4], { shape: [2, 1, 2] }).shape).toEqual([2, 1, 2]);
  });

  test('does not follow later changes of the shape', () => {
    const shape = [2, 3];
    const values = [zeros(shape), tensor(new Float32Array(6), { shape })];
    shape[0] = 100;
    expect(values.map((value) => value.shape)).toEqual([
      [2, 3],
      [2, 3],
    ]);
  });

  test.each<[DType, TypedArray]>([
    ['float32', Float32Array.of(1.5, -2)],
    ['float64', Float64Array.of(0.1, -2)],
    ['int32', Int32Array.of(-1, 2 ** 31 - 1)],
    ['int64', BigInt64Array.of(-1n, 2n ** 62n)],
    ['bool', Uint8Array.of(1, 0)],
  ])('a typed array makes a tensor of %s without a copy', async (dtype, data) => {
    const value = tensor(data);
    expect(value.dtype).toBe(dtype);
    expect(await value.data()).toBe(data);
  });

  test.each<[DType, TypedArray]>([
    ['float32', Float32Array.of(0, 1)],
    ['float64', Float64Array.of(0, 1)],
    ['int32', Int32Array.of(0, 1)],
    ['int64', BigInt64Array.of(0n, 1n)],
    ['bool', Uint8Array.of(0, 1)],
  ])('numbers and arrays of any type become %s on request', async (dtype, expected) => {
    const sources = [[0, 1], Uint8Array.of(0, 1), BigInt64Array.of(0n, 1n), Float64Array.of(0, 1)];
    for (const source of sources) {
      expect(await tensor(source, { dtype }).data()).toEqual(expected);
    }
  });

  test('keeps what float32 can hold of a number', async () => {
    expect(await tensor(0.1).item()).toBe(Math.fround(0.1));
    expect(await tensor(0.1, { dtype: 'float64' }).item()).toBe(0.1);
  });
});

describe('filled tensors', () => {
  test.each<[DType, TypedArray]>([
    ['float32', Float32Array.of(1, 1)],
    ['float64', Float64Array.of(1, 1)],
    ['int32', Int32Array.of(1, 1)],
    ['int64', BigInt64Array.of(1n, 1n)],
    ['bool', Uint8Array.of(1, 1)],
  ])('hold %s', async (dtype, expected) => {
    expect(await ones([2], dtype).data()).toEqual(expected);
    expect(await full([2], 1, dtype).data()).toEqual(expected);
    const zero = zeros([2], dtype);
    expect([zero.dtype, ...Array.from(await zero.data(), Number)]).toEqual([dtype, 0, 0]);
  });

  test('know their value without their elements', () => {
    expect(uniformValue(full([1000, 1000], 2.5))).toBe(2.5);
    expect(uniformValue(tensor([[4]]))).toBe(4);
    expect(uniformValue(tensor([4, 4]))).toBeNull();
    expect(uniformValue(zeros([2]).exp())).toBeNull();
    expect(uniformValue(tensor(BigInt64Array.of(2n ** 53n + 1n)))).toBeNull();
  });
});

test('results of operations and inputs are places, not numbers', () => {
  const input = inputTensor('x', { shape: [2], dtype: 'float32' });
  expect([zeros([2]), input, zeros([2]).neg()].map(isConcrete)).toEqual([true, false, false]);
  expect(() => hostData(input)).toThrowErrorMatchingInlineSnapshot(
    `[ConfigError: data: the result of input with shape [2] is a place in a graph, not numbers; return it from a compiled function]`,
  );
});

test('each method is the operation of its name', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const rows = tensor([0, 1], { dtype: 'int32' });
  const indices = tensor([[0, 1]], { dtype: 'int64' });
  const isLarge = x.greater(2);
  const pairs: Readonly<Record<string, readonly [Tensor, Tensor]>> = {
    abs: [x.abs(), grad.abs(x)],
    acos: [x.acos(), grad.acos(x)],
    add: [x.add(2), grad.add(x, 2)],
    addAlongAxis: [x.addAlongAxis(indices, 1, 0), grad.addAlongAxis(x, indices, 1, 0)],
    all: [isLarge.all(), grad.all(isLarge)],
    any: [isLarge.any(), grad.any(isLarge)],
    argmax: [x.argmax(), grad.argmax(x)],
    argmin: [x.argmin(), grad.argmin(x)],
    asin: [x.asin(), grad.asin(x)],
    atan: [x.atan(), grad.atan(x)],
    cast: [x.cast('int32'), grad.cast(x, 'int32')],
    ceil: [x.ceil(), grad.ceil(x)],
    clip: [x.clip({ min: 2 }), grad.clip(x, { min: 2 })],
    cos: [x.cos(), grad.cos(x)],
    cumprod: [x.cumprod(), grad.cumprod(x)],
    cumsum: [x.cumsum(), grad.cumsum(x)],
    div: [x.div(2), grad.div(x, 2)],
    equal: [x.equal(2), grad.equal(x, 2)],
    erf: [x.erf(), grad.erf(x)],
    exp: [x.exp(), grad.exp(x)],
    expand: [x.expand([3, 2, 2]), grad.expand(x, [3, 2, 2])],
    expm1: [x.expm1(), grad.expm1(x)],
    flatten: [x.flatten(), grad.flatten(x)],
    flip: [x.flip(), grad.flip(x)],
    floor: [x.floor(), grad.floor(x)],
    gather: [x.gather(rows), grad.gather(x, rows)],
    gelu: [x.gelu(), grad.gelu(x)],
    greater: [x.greater(2), grad.greater(x, 2)],
    greaterEqual: [x.greaterEqual(2), grad.greaterEqual(x, 2)],
    isFinite: [x.isFinite(), grad.isFinite(x)],
    isNaN: [x.isNaN(), grad.isNaN(x)],
    less: [x.less(2), grad.less(x, 2)],
    lessEqual: [x.lessEqual(2), grad.lessEqual(x, 2)],
    log: [x.log(), grad.log(x)],
    log1p: [x.log1p(), grad.log1p(x)],
    logSoftmax: [x.logSoftmax(), grad.logSoftmax(x)],
    logSumExp: [x.logSumExp(), grad.logSumExp(x)],
    logicalAnd: [isLarge.logicalAnd(isLarge), grad.logicalAnd(isLarge, isLarge)],
    logicalNot: [isLarge.logicalNot(), grad.logicalNot(isLarge)],
    logicalOr: [isLarge.logicalOr(isLarge), grad.logicalOr(isLarge, isLarge)],
    logicalXor: [isLarge.logicalXor(isLarge), grad.logicalXor(isLarge, isLarge)],
    matmul: [x.matmul(x), grad.matmul(x, x)],
    matrixTranspose: [x.matrixTranspose(), grad.matrixTranspose(x)],
    max: [x.max(), grad.max(x)],
    maximum: [x.maximum(2), grad.maximum(x, 2)],
    mean: [x.mean(), grad.mean(x)],
    min: [x.min(), grad.min(x)],
    minimum: [x.minimum(2), grad.minimum(x, 2)],
    mod: [x.mod(2), grad.mod(x, 2)],
    mul: [x.mul(2), grad.mul(x, 2)],
    neg: [x.neg(), grad.neg(x)],
    norm: [x.norm(), grad.norm(x)],
    notEqual: [x.notEqual(2), grad.notEqual(x, 2)],
    oneHot: [rows.oneHot(2), grad.oneHot(rows, 2)],
    pad: [x.pad({ axis: 0, before: 1 }), grad.pad(x, { axis: 0, before: 1 })],
    pow: [x.pow(2), grad.pow(x, 2)],
    prod: [x.prod(), grad.prod(x)],
    putAlongAxis: [x.putAlongAxis(indices, 1, 0), grad.putAlongAxis(x, indices, 1, 0)],
    reciprocal: [x.reciprocal(), grad.reciprocal(x)],
    relu: [x.relu(), grad.relu(x)],
    reshape: [x.reshape([4]), grad.reshape(x, [4])],
    round: [x.round(), grad.round(x)],
    rsqrt: [x.rsqrt(), grad.rsqrt(x)],
    scatterAdd: [x.scatterAdd(rows, 2), grad.scatterAdd(x, rows, 2)],
    sigmoid: [x.sigmoid(), grad.sigmoid(x)],
    sign: [x.sign(), grad.sign(x)],
    silu: [x.silu(), grad.silu(x)],
    sin: [x.sin(), grad.sin(x)],
    slice: [x.slice({ axis: 0, end: 1 }), grad.slice(x, { axis: 0, end: 1 })],
    softmax: [x.softmax(), grad.softmax(x)],
    softplus: [x.softplus(), grad.softplus(x)],
    sqrt: [x.sqrt(), grad.sqrt(x)],
    square: [x.square(), grad.square(x)],
    squeeze: [x.squeeze(), grad.squeeze(x)],
    standardDeviation: [x.standardDeviation(), grad.standardDeviation(x)],
    stopGradient: [x.stopGradient(), grad.stopGradient(x)],
    sub: [x.sub(2), grad.sub(x, 2)],
    sum: [x.sum(), grad.sum(x)],
    takeAlongAxis: [x.takeAlongAxis(indices, 0), grad.takeAlongAxis(x, indices, 0)],
    tan: [x.tan(), grad.tan(x)],
    tanh: [x.tanh(), grad.tanh(x)],
    transpose: [x.transpose(), grad.transpose(x)],
    unsqueeze: [x.unsqueeze(0), grad.unsqueeze(x, 0)],
    variance: [x.variance(), grad.variance(x)],
    where: [isLarge.where(x, 0), grad.where(isLarge, x, 0)],
  };
  expect(Object.keys(Tensor.prototype).toSorted()).toEqual(Object.keys(pairs).toSorted());
  for (const [name, made] of Object.entries(pairs)) {
    const [method, operation] = made.map(({ node, shape, dtype }) => {
      return { name: node.name, params: node.params, shape, dtype };
    });
    expect(method, name).toEqual(operation);
  }
});
