import { expect, test } from 'vitest';
import {
  arange,
  compile,
  concat,
  cumsum,
  diagonal,
  diagonalEmbed,
  einsum,
  embedding,
  eye,
  linspace,
  matmul,
  ones,
  pad,
  repeat,
  roll,
  scatterAdd,
  searchSorted,
  ShapeError,
  slice,
  splitAxis,
  stack,
  tensor,
  tile,
  topK,
  triangleMask,
  tril,
  triu,
  where,
  type Tensor,
} from '../src/index.ts';
import { nodeBackend } from '../src/runtime/node.ts';
import { inputTensor } from '../src/tensor.ts';
import { cleanUp } from '../src/trace/cleanUp.ts';
import { topologicalOrder } from '../src/trace/order.ts';

const backend = await nodeBackend({ threads: 1 });
const x = inputTensor('x', { shape: [4, 6], dtype: 'float32' });
const vector = ones([3]);
const index = (...values: number[]) => tensor(values, { dtype: 'int64' });

test('arange counts up and down, and leaves the end out', async () => {
  expect(await numbers(arange(4))).toEqual([0, 1, 2, 3]);
  expect(arange(4).dtype).toBe('int32');
  expect(await numbers(arange(-3, { start: 4, step: -3 }))).toEqual([4, 1, -2]);
  const halves = arange(1, { step: 0.25, dtype: 'float64' });
  expect(await numbers(halves)).toEqual([0, 0.25, 0.5, 0.75]);
  expect(await numbers(arange(3, { start: 1, dtype: 'int64' }))).toEqual([1, 2]);
});

test('linspace has both ends exactly and is symmetric', async () => {
  expect(await numbers(linspace(0, 1, 5))).toEqual([0, 0.25, 0.5, 0.75, 1]);
  const values = await numbers(linspace(-0.1, 0.1, 8, 'float64'));
  expect([values[0], values[7]]).toEqual([-0.1, 0.1]);
  expect(values.map((value) => -value).toReversed()).toEqual(values);
  expect(await numbers(linspace(3, 9, 1))).toEqual([3]);
});

test('eye and triangleMask are their definitions', async () => {
  expect(await numbers(eye(2, { columns: 3, dtype: 'int64' }))).toEqual([1, 0, 0, 0, 1, 0]);
  const run = compile(() => [-1, 0, 2].map((offset) => triangleMask(3, 2, offset)), { backend });
  const masks = await Promise.all((await run()).map(numbers));
  await run.dispose();
  expect(masks).toEqual([
    [0, 0, 1, 0, 1, 1],
    [1, 0, 1, 1, 1, 1],
    [1, 1, 1, 1, 1, 1],
  ]);
});

test('what a triangle or diagonal leaves out cannot spoil it', async () => {
  const run = compile(
    (spoilt: Tensor, row: Tensor) => [tril(spoilt), triu(spoilt.transpose()), diagonalEmbed(row)],
    { backend },
  );
  const spoilt = tensor([
    [1, NaN],
    [2, 3],
  ]);
  const kept = await Promise.all((await run(spoilt, tensor([Infinity, NaN]))).map(numbers));
  await run.dispose();
  expect(kept).toEqual([
    [1, 0, 2, 3],
    [1, 2, 0, 3],
    [Infinity, 0, 0, NaN],
  ]);
});

test.each<[string, Tensor, readonly string[]]>([
  [
    'slices of an axis are one slice',
    slice(slice(x, { axis: 1, start: 1 }), { axis: 1, step: 2 }),
    ['slice'],
  ],
  ['a flip there and back is nothing', x.flip(1).flip(1), []],
  [
    'slices of two axes stay',
    slice(slice(x, { axis: 0, end: 2 }), { axis: 1, end: 2 }),
    ['slice', 'slice'],
  ],
  ['a part of equal numbers is equal numbers', slice(ones([4]), { axis: 0, end: 2 }), []],
  [
    'expansions are one',
    x.reshape([4, 1, 6]).expand([4, 2, 6]).expand([3, 4, 2, 6]),
    ['reshape', 'expand'],
  ],
  ['an axis put in and taken out is nothing', x.unsqueeze(1).squeeze(1), []],
  ['a whole slice is nothing', slice(x, { axis: 0, start: 0, end: 4 }), []],
  ['a roll by the size of the axis is nothing', roll(x, -12, 1), []],
])('clean-up: %s', (_, value, expected) => {
  const nodes = topologicalOrder(cleanUp([value])).map((node) => node.name);
  expect(nodes.filter((name) => name !== 'input' && name !== 'constant')).toEqual(expected);
});

test('clean-up composes slices to the same elements', async () => {
  const values = tensor(
    Array.from({ length: 24 }, (_, i) => i),
    { shape: [24] },
  );
  const cut = (whole: Tensor) => {
    const part = slice(whole, { axis: 0, start: 21, end: 2, step: -2 });
    return slice(part, { axis: 0, start: -2, end: 1, step: -3 });
  };
  for (const simplify of [true, false]) {
    const run = compile(cut, { backend, cleanUp: { simplify } });
    expect(await numbers(await run(values))).toEqual([5, 11, 17]);
    await run.dispose();
  }
});

test('mistakes are named with their values', () => {
  const mistakes: Readonly<Record<string, () => unknown>> = {
    'a constant index beyond the rows': () => x.gather(index(0, 4)),
    'a negative constant index': () => embedding(ones([5, 2]), index(-1)),
    'a constant index beyond the rows of the result': () =>
      scatterAdd(ones([2, 3]), index(0, 7), 7),
    'indices of floats': () => x.takeAlongAxis(ones([4, 1]), 1),
    'indices of another rank': () => x.takeAlongAxis(index(0), 1),
    'values of another shape than the indices': () => vector.putAlongAxis(index(0, 1), vector, 0),
    'values of another type': () => vector.addAlongAxis(index(0), index(1), 0),
    'values that do not begin with the indices': () => scatterAdd(ones([2, 3]), index(0), 4),
    'an embedding of a vector': () => embedding(vector, index(0)),
    'an embedding of integers': () => embedding(ones([3, 2], 'int32'), index(0)),
    'an empty slice': () => slice(x, { axis: 0, start: 2, end: 2 }),
    'a slice backwards of a part forwards': () => slice(x, { axis: 0, start: 1, end: 3, step: -1 }),
    'a step of zero': () => slice(x, { axis: 0, step: 0 }),
    'parts that do not fill the axis': () => splitAxis(x, [1, 2], 0),
    'parts that are not equal': () => splitAxis(x, 4, 1),
    'no parts to stack': () => stack([]),
    'parts of different shapes to stack': () => stack([vector, ones([4])]),
    'axes in the wrong order': () => x.flatten(1, 0),
    'an axis that is too wide to go': () => x.squeeze(1),
    'too few counts': () => tile(x, [2]),
    'no copies': () => repeat(x, 0, 1),
    'half a step to the side': () => roll(x, 0.5, 0),
    'a diagonal outside': () => diagonal(x, { offset: 6 }),
    'a diagonal of one axis': () => diagonal(x, { axes: [1, 1] }),
    'a triangle of a vector': () => tril(vector),
    'a reflection longer than the axis': () => pad(x, { axis: 0, before: 4, mode: 'reflect' }),
    'a circle longer than the axis': () => pad(x, { axis: 0, after: 5, mode: 'circular' }),
    'a fraction around integers': () => pad(index(1), { axis: 0, before: 1, value: 0.5 }),
    'sums of bools': () => cumsum(x.greater(0)),
    'more of the largest than there are': () => topK(x, 7),
    'rows that do not fit': () => searchSorted(x, ones([3, 2])),
    'a range of nothing': () => arange(0),
    'no distances': () => linspace(0, 1, 0),
    'no rows': () => eye(0),
    'a matrix product with a transposed vector': () =>
      matmul(vector, ones([3, 2]), { transposeA: true }),
    'an equation with a sign too many': () => einsum('i*j->ij', vector, vector),
    'an equation with an operand too many': () => einsum('i,j->ij', vector),
    'an equation that names too few axes': () => einsum('i->i', x),
    'an equation with two sizes of one axis': () => einsum('ij,jk->ik', x, ones([5, 2])),
    'an equation whose ellipses do not broadcast': () => einsum('...i,...i', x, ones([3, 6])),
    'an equation with an axis from nowhere': () => einsum('i->ij', vector),
    'an equation with an axis twice in the result': () => einsum('i->ii', vector),
    'an equation of integers': () => einsum('i->', index(1)),
    'parts to join of two types': () => concat([vector, index(1, 2, 3)], 0),
    'a choice by numbers': () => where(vector, vector, 0),
  };
  const messages = Object.entries(mistakes).map(([mistake, action]) => {
    try {
      action();
    } catch (error) {
      if (!(error instanceof ShapeError)) throw error;
      expect(error.message).toMatch(/^\w+: [^\n]+$/);
      return [mistake, error.message];
    }
    return expect.fail(`${mistake} did not fail`);
  });
  expect(Object.fromEntries(messages)).toMatchInlineSnapshot(`
    {
      "a choice by numbers": "where: element types are float32, float32 and float32; the condition must be bool, the others alike",
      "a circle longer than the axis": "pad: 0 before and 5 after are too many for mode circular along axis 0 of [4, 6]; it has 4 elements for each side",
      "a constant index beyond the rows": "gather: index 4 at position 1 is out of range for an axis of size 4; expected 0 to 3",
      "a constant index beyond the rows of the result": "scatterAdd: index 7 at position 1 is out of range for an axis of size 7; expected 0 to 6",
      "a diagonal of one axis": "diagonal: [4, 6] has no diagonal 0 in axes 1 and 1",
      "a diagonal outside": "diagonal: [4, 6] has no diagonal 6 in axes -2 and -1",
      "a fraction around integers": "pad: 0.5 is not an element of type int64; use another number or dtype, or convert with cast",
      "a matrix product with a transposed vector": "matmul: a vector cannot be transposed, got [3] x [3, 2]; it is a row on the left and a column on the right",
      "a negative constant index": "embedding: index -1 at position 0 is out of range for an axis of size 5; expected 0 to 4",
      "a range of nothing": "arange: there is no number from 0 to 0 in steps of 1",
      "a reflection longer than the axis": "pad: 4 before and 0 after are too many for mode reflect along axis 0 of [4, 6]; it has 3 elements for each side",
      "a slice backwards of a part forwards": "slice: 1 to 3 in steps of -1 is not a part of axis 0 of [4, 6], which has size 4",
      "a step of zero": "slice: step = 0 is not an integer other than 0",
      "a triangle of a vector": "tril: [3] is not a matrix; expected two axes or more",
      "an axis that is too wide to go": "squeeze: axis 1 of [4, 6] has size 6; only axes of size 1 can go",
      "an embedding of a vector": "embedding: the table is [3]; expected [rows, width], else use gather",
      "an embedding of integers": "embedding: the table is int32; use gather, or convert with cast",
      "an empty slice": "slice: 2 to 2 is not a part of axis 0 of [4, 6], which has size 4",
      "an equation of integers": "einsum: operands are int64; expected one floating-point type, convert with cast",
      "an equation that names too few axes": "einsum: 'i->i' with [4, 6]: 'i' names 1 of the 2 axes of [4, 6]",
      "an equation whose ellipses do not broadcast": "einsum: '...i,...i' with [4, 6] and [3, 6]: an axis of ... has sizes 4 and 3",
      "an equation with a sign too many": "einsum: 'i*j->ij' with [3] and [3]: i*j cannot be read; expected letters, commas, ... and ->",
      "an equation with an axis from nowhere": "einsum: 'i->ij' with [3]: no operand has the axis j of the result",
      "an equation with an axis twice in the result": "einsum: 'i->ii' with [3]: the result has the axis i twice",
      "an equation with an operand too many": "einsum: 'i,j->ij' with [3]: the equation has 2 operands, the call 1",
      "an equation with two sizes of one axis": "einsum: 'ij,jk->ik' with [4, 6] and [5, 2]: j has sizes 6 and 5",
      "axes in the wrong order": "flatten: axis 1 of [4, 6] lies behind axis 0; expected the first and the last axis",
      "half a step to the side": "roll: shift = 0.5 is not an integer",
      "indices of another rank": "takeAlongAxis: indices [1] do not fit [4, 6]; sizes may differ along axis 1 only",
      "indices of floats": "takeAlongAxis: indices are float32; expected int32 or int64",
      "more of the largest than there are": "topK: k = 7 is not an integer from 1 to 6, the size of axis 1 of [4, 6]",
      "no copies": "repeat: count = 0 is not a positive integer",
      "no distances": "linspace: count = 0 is not a positive integer",
      "no parts to stack": "stack: no parts; expected one or more",
      "no rows": "eye: 0 rows and 0 columns are not positive integers",
      "parts of different shapes to stack": "stack: shapes [3] and [4] differ",
      "parts that are not equal": "splitAxis: axis 1 of [4, 6] has size 6 and cannot be cut into 4 equal parts",
      "parts that do not fill the axis": "splitAxis: axis 0 of [4, 6] has size 4 and cannot be cut into parts of [1, 2]",
      "parts to join of two types": "concat: element types differ: float32 and int64; convert with cast(x, 'float32')",
      "rows that do not fit": "searchSorted: values [3, 2] do not fit rows [4, 6]",
      "sums of bools": "cumsum: needs numbers, got bool; convert with cast(x, 'float32')",
      "too few counts": "tile: [2] is not one positive integer for each axis of [4, 6]",
      "values of another shape than the indices": "putAlongAxis: values [3] do not have the shape of indices [2]",
      "values of another type": "addAlongAxis: element types are float32 and int64; expected two alike, and numbers",
      "values that do not begin with the indices": "scatterAdd: values [2, 3] do not have the shape of indices [1] from axis 0 on",
    }
  `);
});

test('an index that is no constant fails where it is used', async () => {
  const run = compile((places: Tensor) => vector.gather(places), { backend, name: 'lookUp' });
  expect(await numbers(await run(index(-1, 2)))).toEqual([1, 1]);
  await expect(run(index(3))).rejects.toThrow(/idx=3 must be within the inclusive range \[-3,2\]/);
  await run.dispose();
});

async function numbers(value: Tensor): Promise<number[]> {
  return Array.from(await value.data(), Number);
}
