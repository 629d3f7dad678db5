import { describe, expect, test } from 'vitest';
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

test('each method makes the operation of its name', () => {
  const x = tensor([
    [1, 2],
    [3, 4],
  ]);
  const rows = tensor([0, 1], { dtype: 'int32' });
  const made = {
    abs: x.abs(),
    add: x.add(2),
    argmax: x.argmax(),
    cast: x.cast('int32'),
    cos: x.cos(),
    cumsum: x.cumsum(),
    div: x.div(2),
    equal: x.equal(2),
    erf: x.erf(),
    exp: x.exp(),
    expand: x.expand([3, 2, 2]),
    gather: x.gather(rows),
    gelu: x.gelu(),
    greater: x.greater(2),
    greaterEqual: x.greaterEqual(2),
    less: x.less(2),
    lessEqual: x.lessEqual(2),
    log: x.log(),
    logSoftmax: x.logSoftmax(),
    logSumExp: x.logSumExp(),
    matmul: x.matmul(x),
    matrixTranspose: x.matrixTranspose(),
    max: x.max(),
    maximum: x.maximum(2),
    mean: x.mean(),
    min: x.min(),
    minimum: x.minimum(2),
    mul: x.mul(2),
    neg: x.neg(),
    oneHot: rows.oneHot(2),
    pad: x.pad({ axis: 0, before: 1 }),
    pow: x.pow(2),
    relu: x.relu(),
    reshape: x.reshape([4]),
    scatterAdd: x.scatterAdd(rows, 2),
    sigmoid: x.sigmoid(),
    sign: x.sign(),
    silu: x.silu(),
    sin: x.sin(),
    slice: x.slice({ axis: 0, end: 1 }),
    softmax: x.softmax(),
    softplus: x.softplus(),
    sqrt: x.sqrt(),
    square: x.square(),
    stopGradient: x.stopGradient(),
    sub: x.sub(2),
    sum: x.sum(),
    tanh: x.tanh(),
    transpose: x.transpose(),
    where: x.greater(2).where(x, 0),
  };
  expect(Object.keys(Tensor.prototype).toSorted()).toEqual(Object.keys(made).toSorted());
  for (const [name, { node }] of Object.entries(made)) {
    expect(node.name).toBe(name === 'matrixTranspose' ? 'transpose' : name);
  }
});
