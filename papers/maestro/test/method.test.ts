import { grad, keyOf, normal, tensor, zeros } from '@working-papers/grad';
import { svd } from '@working-papers/metrics';
import { describe, expect, test } from 'vitest';
import { matrixOf } from '../matrices.ts';
import {
  applyConv2d,
  applyLinear,
  decompose,
  groupLasso,
  importance,
  isMerged,
  keptRank,
  merge,
  product,
  rankMask,
  slice,
  type LowRank,
} from '../method.ts';
import { denseLayer, expectClose, lowRankLayer, numbersOf } from './numbers.ts';

describe('decompose', () => {
  test.each([
    [5, 9],
    [9, 5],
    [4, 4],
    [1, 6],
  ])('gives factors of a layer %i x %i that compute what it computes', async (m, n) => {
    const layer = denseLayer(1, m, n);
    const x = normal(keyOf(3), [7, n]);
    const [dense, factors] = [applyLinear(layer, x), applyLinear(decompose(layer), x)];
    expectClose(await numbersOf(factors), await numbersOf(dense), 1e-5);
  });

  test('splits the singular values evenly between orthogonal columns', async () => {
    const layer = denseLayer(2, 6, 4);
    const { values } = svd(matrixOf(layer.w));
    const { u, v } = decompose(layer);
    for (const factor of [u, v]) {
      const gram = await numbersOf(factor.matmul(factor, { transposeA: true }));
      const expected = Array.from({ length: 16 }, (_, i) => (i % 5 === 0 ? values[i / 5]! : 0));
      expectClose(gram, expected, 1e-5);
    }
  });

  test('keeps the best approximation of the rank that is asked for', () => {
    const { w, b } = denseLayer(4, 6, 5);
    const { values } = svd(matrixOf(w));
    const best = matrixOf(product(decompose({ w, b }, 2)));
    const difference = matrixOf(w).data.map((entry, i) => entry - best.data[i]!);
    const rest = Math.hypot(values[2]!, values[3]!, values[4]!);
    expect(Math.hypot(...difference)).toBeCloseTo(rest, 5);
  });

  test('takes a matrix that has not full rank', async () => {
    const w = tensor([
      [1, 2, 3],
      [2, 4, 6],
      [0, 0, 0],
    ]);
    const factors = decompose({ w, b: zeros([3]) });
    expectClose(await numbersOf(product(factors)), await numbersOf(w), 1e-5);
    expect(keptRank(factors, 1e-3)).toBe(1);
  });

  test('refuses ranks that the matrix cannot have', () => {
    expect(() => decompose(denseLayer(0, 3, 4), 4)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: decompose: rank 4 is not an integer from 1 to 3]`,
    );
    expect(() => decompose(denseLayer(0, 3, 4), 0)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: decompose: rank 0 is not an integer from 1 to 3]`,
    );
  });
});

describe('a convolution', () => {
  const settings = [1, 2].flatMap((stride) =>
    [0, 1, 2].map((padding) => ({ stride, padding, dilation: 1 })),
  );
  test.each([...settings, { stride: 2, padding: 1, dilation: 2 }])(
    'in factors of full rank is the dense one with stride $stride, padding $padding, dilation $dilation',
    async (windows) => {
      const x = normal(keyOf(5), [2, 3, 9, 8]);
      for (const out of [4, 40]) {
        const layer = denseLayer(6, out, 3 * 9);
        const options = { kernel: 3, ...windows };
        const dense = applyConv2d(layer, x, options);
        const factors = applyConv2d(decompose(layer), x, options);
        expect(factors.shape).toEqual(dense.shape);
        expectClose(await numbersOf(factors), await numbersOf(dense), 2e-5);
      }
    },
  );

  test('of rank 0 is its bias, in the shape of the others', async () => {
    const layer = lowRankLayer(1, 2, 12, 2);
    const x = normal(keyOf(2), [3, 3, 7, 6]);
    const windows = { kernel: 2, stride: 2, padding: 1 };
    const [none, whole] = [slice(layer, 0), layer].map((each) => applyConv2d(each, x, windows));
    expect(none!.shape).toEqual(whole!.shape);
    const [, , rows = 0, columns = 0] = none!.shape;
    const bias = await numbersOf(layer.b);
    const expected = Array.from({ length: 3 * 2 * rows * columns }, (_, i) => {
      return bias[Math.floor(i / (rows * columns)) % 2]!;
    });
    expect(await numbersOf(none!)).toEqual(expected);
  });

  test('in groups is refused', () => {
    const x = normal(keyOf(5), [1, 4, 5, 5]);
    const grouped = () => applyConv2d(denseLayer(1, 4, 36), x, { kernel: 3, groups: 2 });
    expect(grouped).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: applyConv2d: groups = 2; a layer of one group has low rank as one matrix]`,
    );
  });
});

describe('a truncated layer', () => {
  const x = normal(keyOf(7), [5, 6]);
  test('computes with a mask of b ones what its slice to b computes', async () => {
    const layer = lowRankLayer(8, 7, 6, 4);
    for (const b of [1, 2, 3, 4]) {
      const masked = await numbersOf(applyLinear(layer, x, rankMask(4, b)));
      expectClose(await numbersOf(applyLinear(slice(layer, b), x)), masked, 1e-5);
    }
  });

  test('does so as a convolution', async () => {
    const layer = lowRankLayer(8, 5, 18, 4);
    const images = normal(keyOf(9), [2, 2, 6, 6]);
    const windows = { kernel: 3, padding: 1 };
    for (const b of [1, 3]) {
      const masked = applyConv2d(layer, images, windows, rankMask(4, b));
      const sliced = applyConv2d(slice(layer, b), images, windows);
      expectClose(await numbersOf(sliced), await numbersOf(masked), 1e-5);
    }
  });

  test('does not learn in the terms that are masked', async () => {
    const layer = lowRankLayer(10, 7, 6, 4);
    const gradients = grad((current: LowRank) =>
      applyLinear(current, x, rankMask(4, 2)).square().sum(),
    )(layer);
    for (const factor of [gradients.u, gradients.v]) {
      const columns = (await numbersOf(factor)).map((value, i) => ({ value, column: i % 4 }));
      expect(columns.every(({ value, column }) => (value === 0) === column >= 2)).toBe(true);
    }
  });

  test('outputs its bias at rank 0', async () => {
    const layer = lowRankLayer(11, 3, 6, 2);
    const bias = await numbersOf(layer.b);
    expect(await numbersOf(applyLinear(slice(layer, 0), x))).toEqual([
      ...bias,
      ...bias,
      ...bias,
      ...bias,
      ...bias,
    ]);
  });

  test('cannot have ranks that the layer has not', () => {
    expect(() => rankMask(4, 0)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: rankMask: rank 0 is not an integer from 1 to 4]`,
    );
    expect(() => rankMask(4, 5)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: rankMask: rank 5 is not an integer from 1 to 4]`,
    );
    expect(() => slice(lowRankLayer(1, 3, 3, 2), 3)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: slice: rank 3 is not an integer from 1 to 2]`,
    );
    expect(() => slice(lowRankLayer(1, 3, 3, 2), 1.5)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: slice: rank 1.5 is not an integer from 1 to 2]`,
    );
  });
});

describe('importance', () => {
  test('never rises with the rank where suffixes are taken', () => {
    for (const seed of [1, 2, 3]) {
      const values = importance(lowRankLayer(seed, 6, 8, 5));
      expect(values).toEqual(values.toSorted((a, b) => b - a));
      expect(new Set(values).size).toBe(5);
    }
  });

  test('of single columns is the singular values once the factors are the SVD', () => {
    const layer = denseLayer(5, 6, 4);
    const { values } = svd(matrixOf(layer.w));
    expectClose(importance(decompose(layer), { isHierarchical: false }), values, 1e-5);
  });
});

describe('the group lasso', () => {
  /** A layer in which only some columns are not 0. */
  const withColumns = (columns: readonly number[]): LowRank => {
    const mask = tensor(Float32Array.from({ length: 4 }, (_, i) => (columns.includes(i) ? 1 : 0)));
    const { u, v, b } = lowRankLayer(6, 5, 7, 4);
    return { u: u.mul(mask), v: v.mul(mask), b };
  };
  const lassos = async (layer: LowRank) => {
    const values = [true, false].map((isHierarchical) => groupLasso(layer, { isHierarchical }));
    return Promise.all(values.map(async (value) => (await numbersOf(value))[0]!));
  };

  test('over suffixes is that over columns if only the first term is not 0', async () => {
    const [hierarchical, plain] = await lassos(withColumns([0]));
    expect(hierarchical).toBeCloseTo(plain!, 5);
  });

  test('over suffixes counts a last term alone once for every rank', async () => {
    const [hierarchical, plain] = await lassos(withColumns([3]));
    expect(hierarchical).toBeCloseTo(4 * plain!, 4);
  });

  test('has a finite gradient where all is 0', async () => {
    const blank = { u: zeros([3, 2]), v: zeros([4, 2]), b: zeros([3]) };
    for (const isHierarchical of [true, false]) {
      const { u, v } = grad((layer: LowRank) => groupLasso(layer, { isHierarchical }))(blank);
      expect([...(await numbersOf(u)), ...(await numbersOf(v))]).toEqual(Array(14).fill(0));
    }
  });
});

describe('pruning', () => {
  /** Terms of which each is ten times as important as the next. */
  const falling: LowRank = {
    u: tensor([
      [1, 0, 0],
      [0, 0.1, 0],
      [0, 0, 0.01],
    ]),
    v: tensor([
      [1, 0, 0],
      [0, 1, 0],
      [0, 0, 1],
    ]),
    b: zeros([3]),
  };

  test('keeps the ranks whose suffix counts for the threshold', () => {
    // Suffix importances are 1.74, 0.142 and 0.01.
    expect([1e-3, 0.05, 0.5, 1].map((threshold) => keptRank(falling, threshold))).toEqual([
      3, 2, 1, 1,
    ]);
  });

  test('keeps none of a layer that is 0', () => {
    expect(keptRank({ u: zeros([3, 2]), v: zeros([4, 2]), b: zeros([3]) }, 1e-3)).toBe(0);
  });

  test('changes the output no more than its mask', async () => {
    const x = normal(keyOf(3), [4, 3]);
    const kept = keptRank(falling, 0.05);
    const masked = await numbersOf(applyLinear(falling, x, rankMask(3, kept)));
    expectClose(await numbersOf(applyLinear(slice(falling, kept), x)), masked, 1e-6);
  });
});

describe('merging', () => {
  test('sets in where factors have more numbers than the matrix', () => {
    // (6 + 4) r > 24 from r = 3 on; at 2.4 both would cost the same.
    expect([1, 2, 3, 4].map((r) => isMerged({ m: 6, n: 4, r }))).toEqual([
      false,
      false,
      true,
      true,
    ]);
    // (3 + 6) 2 = 18 = 3 x 6: factors are kept at equal cost.
    expect(isMerged({ m: 3, n: 6, r: 2 })).toBe(false);
  });

  test('gives a dense layer that computes the same', async () => {
    const x = normal(keyOf(4), [3, 4]);
    const layer = lowRankLayer(12, 6, 4, 3);
    const merged = merge(layer);
    expect('w' in merged && merged.w.shape).toEqual([6, 4]);
    expectClose(
      await numbersOf(applyLinear(merged, x)),
      await numbersOf(applyLinear(layer, x)),
      1e-5,
    );
  });

  test('leaves cheap factors, dense layers and biases as they are', () => {
    const layers = [lowRankLayer(1, 6, 4, 2), denseLayer(1, 6, 4), { b: zeros([6]) }];
    expect(layers.map(merge)).toEqual(layers);
  });
});
