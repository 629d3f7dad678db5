import { keyOf } from '@working-papers/grad';
import { describe, expect, test } from 'vitest';
import {
  conv1dLayer,
  conv2dLayer,
  conv3dLayer,
  convTranspose2dLayer,
  kaimingNormal,
  kaimingUniform,
  lecunNormal,
  lecunUniform,
  linearLayer,
  normalInit,
  orthogonalInit,
  torchUniform,
  truncatedNormalInit,
  varianceScaling,
  xavierNormal,
  xavierUniform,
  zerosInit,
  type Fans,
  type Initialiser,
} from '../src/index.ts';
import fixture from './fixtures/schedules.json' with { type: 'json' };

// Two-sided false-alarm rate of 1e-6 for a normal statistic.
const Z = 4.892;

/**
 * Bounds of moments of `count` numbers uniform in ±bound: the mean has deviation bound / sqrt(3 count),
 * the mean square, which is bound^2 / 3, has bound^2 sqrt(4 / (45 count)).
 */
function expectUniform(values: Float32Array, bound: number): void {
  const count = values.length;
  const mean = values.reduce((sum, x) => sum + x, 0) / count;
  const meanSquare = values.reduce((sum, x) => sum + x * x, 0) / count;
  expect(Math.abs(mean)).toBeLessThan((Z * bound) / Math.sqrt(3 * count));
  expect(Math.abs(meanSquare - bound ** 2 / 3)).toBeLessThan(
    Z * bound ** 2 * Math.sqrt(4 / (45 * count)),
  );
  // No number outside, and with probability 1 - 1e-6 one in the outermost -ln(1e-6) / count of each half.
  const largest = values.reduce((a, b) => Math.max(a, b), 0);
  const smallest = values.reduce((a, b) => Math.min(a, b), 0);
  const margin = (bound * 2 * Math.log(1e6)) / count;
  expect(largest).toBeLessThanOrEqual(bound);
  expect(smallest).toBeGreaterThanOrEqual(-bound);
  expect(largest).toBeGreaterThan(bound - margin);
  expect(smallest).toBeLessThan(-bound + margin);
}

async function floats(values: { data: () => Promise<unknown> }): Promise<Float32Array> {
  const data = await values.data();
  if (!(data instanceof Float32Array)) throw new Error('not float32');
  return data;
}

// 20,000 numbers: a bound that is 3 % off moves the mean square by 6 %, twice the threshold.
describe('torchUniform', () => {
  test('is uniform in ±1/sqrt(fanIn), whatever the shape', async () => {
    const w = torchUniform(keyOf(11), [50, 400], 50);
    expect(w.shape).toEqual([50, 400]);
    expectUniform(await floats(w), 1 / Math.sqrt(50));
    const b = torchUniform(keyOf(12), [20_000], 9);
    expectUniform(await floats(b), 1 / 3);
  });
});

// 20,000 numbers, fans of 40 and 500.
const fans = { fanIn: 40, fanOut: 500 };
const draw = async (initialiser: Initialiser, seed: number) =>
  floats(initialiser(keyOf(seed), [40, 500], fans));

/** Mean 0 and variance deviation^2; the mean square of normal numbers has deviation sqrt(2 / count). */
function expectNormal(values: Float32Array, deviation: number): void {
  const count = values.length;
  const moment = (power: number) =>
    values.reduce((sum, x) => sum + (x / deviation) ** power, 0) / count;
  expect(Math.abs(moment(1))).toBeLessThan(Z / Math.sqrt(count));
  expect(Math.abs(moment(2) - 1)).toBeLessThan(Z * Math.sqrt(2 / count));
  // The fourth moment of a normal number is 3 and has variance 96; that of a uniform one is 1.8.
  expect(Math.abs(moment(4) - 3)).toBeLessThan(Z * Math.sqrt(96 / count));
}

describe('initialisers with the names of the field', () => {
  test.each([
    ['xavierUniform', xavierUniform, Math.sqrt(6 / 540)],
    ['kaimingUniform', kaimingUniform, Math.sqrt(6 / 40)],
    ['lecunUniform', lecunUniform, Math.sqrt(3 / 40)],
  ] as const)('%s is uniform in its bound', async (_name, initialiser, bound) => {
    expectUniform(await draw(initialiser, 13), bound);
  });

  test.each([
    ['xavierNormal', xavierNormal, Math.sqrt(2 / 540)],
    ['kaimingNormal', kaimingNormal, Math.sqrt(2 / 40)],
    ['lecunNormal', lecunNormal, Math.sqrt(1 / 40)],
    ['normalInit', normalInit(0.02), 0.02],
  ] as const)('%s is normal with its deviation', async (_name, initialiser, deviation) => {
    expectNormal(await draw(initialiser, 14), deviation);
  });

  test('zerosInit is 0', async () => {
    expect(new Set(await draw(zerosInit, 0))).toEqual(new Set([0]));
  });
});

describe('varianceScaling', () => {
  test('divides by the fan that it is told to', async () => {
    const deviations = [
      ['fanIn', Math.sqrt(3 / 40)],
      ['fanOut', Math.sqrt(3 / 500)],
      ['fanAverage', Math.sqrt(3 / 270)],
    ] as const;
    for (const [mode, deviation] of deviations) {
      const initialiser = varianceScaling({ scale: 3, mode, distribution: 'normal' });
      expectNormal(await draw(initialiser, 15), deviation);
    }
  });

  test('keeps the variance where it truncates', async () => {
    const options = { scale: 1, mode: 'fanIn', distribution: 'truncatedNormal' } as const;
    const values = await draw(varianceScaling(options), 16);
    const meanSquare = values.reduce((sum, x) => sum + x * x, 0) / values.length;
    // The fourth moment is below 3, so the variance of a square is below 2.
    expect(Math.abs(meanSquare * 40 - 1)).toBeLessThan(Z * Math.sqrt(2 / values.length));
  });

  test('rejects a scale that is not positive', () => {
    expect(() =>
      varianceScaling({ scale: 0, mode: 'fanIn', distribution: 'normal' }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: varianceScaling: scale = 0 is not positive]`,
    );
  });
});

describe('truncatedNormalInit', () => {
  test('has no value beyond the cut, and the variance of a normal number within it', async () => {
    const values = await draw(truncatedNormalInit(0.5, 1), 17);
    expect(Math.max(...values.map(Math.abs))).toBeLessThanOrEqual(0.5);
    // 1 - 2 phi(1) / (2 Phi(1) - 1) = 0.29113; a square within [0, 1] has variance below 1/4.
    const meanSquare = values.reduce((sum, x) => sum + (x / 0.5) ** 2, 0) / values.length;
    expect(Math.abs(meanSquare - 0.29113)).toBeLessThan(Z * Math.sqrt(0.25 / values.length));
    const mean = values.reduce((sum, x) => sum + x / 0.5, 0) / values.length;
    expect(Math.abs(mean)).toBeLessThan(Z * Math.sqrt(0.29113 / values.length));
  });

  test('keeps the numbers of normalInit that lie within', async () => {
    const [all, cut] = [await draw(normalInit(1), 18), await draw(truncatedNormalInit(1), 18)];
    expect(all.every((value, i) => Math.abs(value) > 2 !== (cut[i] === value))).toBe(true);
    expect(all.some((value) => Math.abs(value) > 2)).toBe(true);
  });

  test('rejects what it cannot draw', () => {
    expect(() => truncatedNormalInit(1, 0.05)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: truncatedNormalInit: cut = 0.05 is not a number of 0.1 or more]`,
    );
    expect(() => truncatedNormalInit(-1)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: truncatedNormalInit: deviation = -1 is not positive]`,
    );
  });
});

describe('orthogonalInit', () => {
  test.each([
    ['higher than wide', [6, 4]],
    ['wider than high', [3, 7]],
    ['of a convolution', [4, 2, 3]],
  ])('makes orthonormal rows or columns: %s', async (_name, shape) => {
    const w = orthogonalInit(2)(keyOf(19), shape, fans);
    expect(w.shape).toEqual(shape);
    const values = await floats(w);
    const rows = shape[0] ?? 0;
    const columns = values.length / rows;
    const [long, short] = [Math.max(rows, columns), Math.min(rows, columns)];
    const entry = (i: number, j: number) =>
      (rows >= columns ? values[i * columns + j] : values[j * columns + i]) ?? NaN;
    for (let a = 0; a < short; a++) {
      for (let b = 0; b < short; b++) {
        const product = Array.from({ length: long }, (_, i) => entry(i, a) * entry(i, b));
        expect(product.reduce((sum, term) => sum + term, 0)).toBeCloseTo(a === b ? 4 : 0, 5);
      }
    }
  });

  test('is uniform over orthogonal matrices: both signs of the determinant, entries of mean 0', async () => {
    const draws = await Promise.all(
      Array.from({ length: 400 }, async (_, i) =>
        floats(orthogonalInit()(keyOf(1000 + i), [2, 2], fans)),
      ),
    );
    // Without the signs of R's diagonal the first entry would never be positive. Of 400 fair coins 151 to
    // 249 show heads but for one time in a million.
    for (const isHead of [
      ([a = 0]: Float32Array) => a > 0,
      ([a = 0, b = 0, c = 0, d = 0]: Float32Array) => a * d - b * c > 0,
    ]) {
      const heads = draws.filter(isHead).length;
      expect(heads).toBeGreaterThan(150);
      expect(heads).toBeLessThan(250);
    }
  });

  test('rejects a vector', () => {
    expect(() => orthogonalInit()(keyOf(0), [5], fans)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: orthogonalInit: the weight is [5]; expected two axes or more]`,
    );
  });
});

describe('layers', () => {
  const sizes = { channelsIn: 6, channelsOut: 4 };
  const starts = new Map<string, (weight: Initialiser) => unknown>([
    ['linear', (weight) => linearLayer.init(keyOf(0), 6, 4, { weight })],
    ['conv1d', (weight) => conv1dLayer.init(keyOf(0), { ...sizes, kernel: 5, groups: 2, weight })],
    ['conv2d', (weight) => conv2dLayer.init(keyOf(0), { ...sizes, kernel: [3, 2], weight })],
    [
      'conv3d',
      (weight) => conv3dLayer.init(keyOf(0), { channelsIn: 2, channelsOut: 3, kernel: 2, weight }),
    ],
    [
      'convTranspose2d',
      (weight) => convTranspose2dLayer.init(keyOf(0), { ...sizes, kernel: 3, groups: 2, weight }),
    ],
  ]);

  test.each(fixture.cases.fans)(
    "$layer has PyTorch's fans: $fanIn in, $fanOut out",
    ({ layer, fanIn, fanOut }) => {
      const seen: Fans[] = [];
      starts.get(layer)?.((key, shape, own) => {
        seen.push(own);
        return zerosInit(key, shape, own);
      });
      expect(seen).toEqual([{ fanIn, fanOut }]);
    },
  );

  test('a convolution starts with weight and bias in ±1/sqrt(fanIn)', async () => {
    const { w, b } = conv1dLayer.init(keyOf(21), { channelsIn: 4, channelsOut: 20_000, kernel: 1 });
    expectUniform((await floats(w)).slice(0, 20_000), 0.5);
    if (b === undefined) expect.fail('no bias');
    expectUniform(await floats(b), 0.5);
  });

  test('a bias starts at 0 where the weight has an initialiser, and can be left out', async () => {
    const options = { channelsIn: 2, channelsOut: 3, kernel: 1 };
    const { b } = conv2dLayer.init(keyOf(22), { ...options, weight: lecunNormal });
    expect(Array.from((await b?.data()) ?? [], Number)).toEqual([0, 0, 0]);
    expect(conv2dLayer.init(keyOf(22), { ...options, hasBias: false }).b).toBeUndefined();
    const linear = linearLayer.init(keyOf(22), 2, 3, { weight: lecunNormal });
    expect(Array.from(await linear.b.data(), Number)).toEqual([0, 0, 0]);
  });

  test('sizes that make no convolution', () => {
    expect(() =>
      conv2dLayer.init(keyOf(0), { ...sizes, kernel: [3] }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: conv2dLayer.init: channels 6 to 4, kernel [3], groups = 1; expected positive integers, 2 of them for the kernel]`,
    );
    expect(() =>
      convTranspose2dLayer.init(keyOf(0), { ...sizes, kernel: 3, groups: 3 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: convTranspose2dLayer.init: groups = 3 does not divide the channels, 6 to 4]`,
    );
  });
});

describe('linearLayer', () => {
  test('starts with weight and bias in ±1/sqrt(dIn)', async () => {
    const { w, b } = linearLayer.init(keyOf(14), 16, 20_000);
    expectUniform((await floats(w)).slice(0, 20_000), 0.25);
    expectUniform(await floats(b), 0.25);
  });

  test('draws weight and bias independently', async () => {
    // With one input they have the same length; the correlation of 20,000 pairs has deviation 1/sqrt(20,000).
    const { w, b } = linearLayer.init(keyOf(15), 1, 20_000);
    const [ws, bs] = [await floats(w), await floats(b)];
    const product = ws.reduce((sum, x, i) => sum + x * (bs[i] ?? 0), 0) / ws.length;
    expect(Math.abs(product * 3)).toBeLessThan(Z / Math.sqrt(ws.length));
  });
});
