import { describe, expect, test } from 'vitest';
import {
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
} from '../src/index.ts';

// Seeds are fixed. Each statistical threshold is passed by a correct generator but for one seed in a
// million; each title says how small an error its sample would show.
const oneInAMillion = 4.89; // Quantile of the normal distribution, two-sided.
const count = 400_000;
const key = keyOf(20_240_607);

describe('threefry2x32', () => {
  // kat_vectors of Random123 (Salmon et al., SC 2011), threefry2x32 with 20 rounds.
  const ones = 0xffffffff;
  test.each([
    { k: [0, 0], counter: [0, 0], words: [0x6b200159, 0x99ba4efe] },
    { k: [ones, ones], counter: [ones, ones], words: [0x1cb996fc, 0xbb002be7] },
    {
      k: [0x13198a2e, 0x03707344],
      counter: [0x243f6a88, 0x85a308d3],
      words: [0xc4923a9c, 0x483df7a0],
    },
  ] as const)('key $k, counter $counter gives the published words', ({ k, counter, words }) => {
    const [k0, k1] = k;
    const [c0, c1] = counter;
    expect(threefry2x32({ k0, k1 }, c0, c1)).toEqual(words);
  });
});

describe('keys', () => {
  test('a seed fills both words', () => {
    expect(keyOf(7)).toEqual({ k0: 7, k1: 0 });
    expect(keyOf(2 ** 32 + 7)).toEqual({ k0: 7, k1: 1 });
    expect(keyOf(Number.MAX_SAFE_INTEGER)).toEqual({ k0: 0xffffffff, k1: 0x1fffff });
  });

  test('the first keys of a longer split are those of a shorter one', () => {
    expect(split(key, 10).slice(0, 3)).toEqual(split(key, 3));
  });

  test('keys derived in any way are all different', () => {
    const derived = [
      key,
      ...split(key, 1000),
      ...split(foldIn(key, 0), 1000),
      ...['weights', 'bias', 'Weights', ''].map((name) => foldIn(key, name)),
      foldIn(key, 0xffffffff),
    ];
    expect(new Set(derived.map(({ k0, k1 }) => `${k0} ${k1}`)).size).toBe(derived.length);
  });

  test('a derived key is not a block that the parent draws', () => {
    const words = new Set<string>();
    for (let i = 0; i < 1000; i++) words.add(threefry2x32(key, i, 0).join(' '));
    for (const { k0, k1 } of split(key, 1000)) expect(words.has(`${k0} ${k1}`)).toBe(false);
  });

  test('numbers of neighbouring keys are uncorrelated (0.8 % would show)', () => {
    const [a, b] = split(key, 2).map((part) => normals(part, count));
    const c = normals(keyOf(20_240_608), count);
    expect(Math.abs(correlation(a, b))).toBeLessThan(oneInAMillion / Math.sqrt(count));
    expect(Math.abs(correlation(normals(key, count), c))).toBeLessThan(
      oneInAMillion / Math.sqrt(count),
    );
  });
});

describe('the same numbers', () => {
  test.each<[string, (n: number) => ArrayLike<number>]>([
    ['normals', (n) => normals(key, n)],
    ['uniforms', (n) => uniforms(key, n)],
    ['integers', (n) => integers(key, n, 1000)],
  ])('%s: a smaller draw is the beginning of a larger one, odd or even', (_, draw) => {
    const all = Array.from(draw(9));
    for (let n = 1; n < 9; n++) expect(Array.from(draw(n))).toEqual(all.slice(0, n));
  });

  test('a stream gives those of the array', () => {
    const next = uniformStream(key);
    expect(Float32Array.from({ length: 101 }, next)).toEqual(uniforms(key, 101));
  });

  test('a tensor holds those of the array, in its shape', async () => {
    expect(await normal(key, [3, 5]).data()).toEqual(normals(key, 15));
    expect(normal(key, [3, 5])).toMatchObject({ shape: [3, 5], dtype: 'float32' });
    expect(await uniform(key, [7]).data()).toEqual(uniforms(key, 7));
    expect(await uniform(key, [7], -2, 6).data()).toEqual(uniforms(key, 7).map((u) => 8 * u - 2));
  });

  test('come from the same words on every machine', () => {
    // By the definitions, in float64 and from single blocks.
    const words = threefry2x32(key, 0, 0);
    const [w0, w1] = words.map((word) => (word >>> 8) / 2 ** 24);
    expect(Array.from(integers(key, 2, 1000))).toEqual(
      words.map((word) => Math.floor((word / 2 ** 32) * 1000)),
    );
    const [u, v] = [1 - (w0 ?? 0), 2 * Math.PI * (w1 ?? 0)];
    const radius = Math.sqrt(-2 * Math.log(u));
    expect(Array.from(uniforms(key, 2))).toEqual([w0, w1]);
    expect(normals(key, 2)).toEqual(Float32Array.of(radius * Math.cos(v), radius * Math.sin(v)));
  });
});

describe('the distribution', () => {
  test('normals have the moments of the normal distribution (mean 0.008, variance 0.011)', () => {
    const x = Array.from(normals(key, count));
    const moment = (power: number) => mean(x.map((value) => value ** power));
    // Standard errors of the sample moments: sqrt((m_2k - m_k^2) / n).
    const errors: readonly [power: number, expected: number, variance: number][] = [
      [1, 0, 1],
      [2, 1, 2],
      [3, 0, 15],
      [4, 3, 96],
    ];
    for (const [power, expected, variance] of errors) {
      const deviation = Math.abs(moment(power) - expected) / Math.sqrt(variance / count);
      expect(deviation, `moment ${power}`).toBeLessThan(oneInAMillion);
    }
  });

  test('normals follow the distribution function (Kolmogorov-Smirnov; 0.0043 would show)', () => {
    const x = Float64Array.from(normals(key, count)).toSorted();
    let distance = 0;
    x.forEach((value, i) => {
      const expected = normalDistribution(value);
      distance = Math.max(distance, expected - i / count, (i + 1) / count - expected);
    });
    // P(sqrt(n) D > 2.694) = 2 exp(-2 * 2.694^2) = 1e-6.
    expect(distance * Math.sqrt(count)).toBeLessThan(2.694);
  });

  test('normals of a pair are uncorrelated, and so are their squares (0.8 % would show)', () => {
    const x = normals(key, 2 * count);
    const even = x.filter((_, i) => i % 2 === 0);
    const odd = x.filter((_, i) => i % 2 === 1);
    const limit = oneInAMillion / Math.sqrt(count);
    expect(Math.abs(correlation(even, odd))).toBeLessThan(limit);
    const squared = [even, odd].map((half) => half.map((value) => value ** 2));
    expect(Math.abs(correlation(squared[0], squared[1]))).toBeLessThan(limit);
  });

  test('uniforms fill 1000 cells equally (G test; 5 % more in every second cell would show)', () => {
    expect(gTest(cells(uniforms(key, count), 1000))).toBeLessThan(oneInAMillion);
  });

  test('neighbouring uniforms fill a square equally (G test)', () => {
    const x = uniforms(key, count);
    const pairs = Array.from({ length: count / 2 }, (_, i) => {
      const [a = 0, b = 0] = x.subarray(2 * i);
      return (Math.floor(30 * a) + b) / 30;
    });
    expect(gTest(cells(pairs, 900))).toBeLessThan(oneInAMillion);
  });

  test('uniforms lie in [0, 1) and between their bounds', async () => {
    const x = uniforms(key, count);
    expect(Math.min(...x.subarray(0, 100_000))).toBeGreaterThanOrEqual(0);
    expect(x.every((value) => value >= 0 && value < 1)).toBe(true);
    const shifted = Array.from(await uniform(key, [count], -3, 5).data(), Number);
    expect(shifted.every((value) => value >= -3 && value <= 5)).toBe(true);
    expect(
      gTest(
        cells(
          shifted.map((value) => (value + 3) / 8),
          100,
        ),
      ),
    ).toBeLessThan(oneInAMillion);
  });

  test('integers take each value below the bound equally often (G test; 2 % would show)', () => {
    const x = integers(key, count, 7);
    const counts = Array.from({ length: 7 }, (_, value) => x.filter((v) => v === value).length);
    expect(counts.reduce((sum, n) => sum + n, 0)).toBe(count);
    expect(gTest(counts)).toBeLessThan(oneInAMillion);
  });

  test('integers reach the largest bound', () => {
    const x = integers(key, 1000, 2 ** 31);
    expect(Math.min(...x)).toBeGreaterThanOrEqual(0);
    expect(Math.max(...x)).toBeGreaterThan(2 ** 30);
  });
});

describe('permutation', () => {
  test('holds each number once', () => {
    for (const n of [0, 1, 2, 5, 1000]) {
      expect(Array.from(permutation(key, n)).toSorted((a, b) => a - b)).toEqual(
        Array.from({ length: n }, (_, i) => i),
      );
    }
  });

  test('of four gives each of the 24 orders equally often (G test; 10 % would show)', () => {
    const counts = new Map<string, number>();
    for (const part of split(key, 24_000)) {
      const order = permutation(part, 4).join('');
      counts.set(order, (counts.get(order) ?? 0) + 1);
    }
    expect(counts.size).toBe(24);
    expect(gTest([...counts.values()])).toBeLessThan(oneInAMillion);
  });
});

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

function correlation(a: Float32Array | undefined, b: Float32Array | undefined): number {
  const [x, y] = [Array.from(a ?? []), Array.from(b ?? [])];
  const [meanX, meanY] = [mean(x), mean(y)];
  const covariance = mean(x.map((value, i) => (value - meanX) * ((y[i] ?? 0) - meanY)));
  const variances = [x, y].map((values, i) =>
    mean(values.map((value) => (value - (i === 0 ? meanX : meanY)) ** 2)),
  );
  return covariance / Math.sqrt((variances[0] ?? 0) * (variances[1] ?? 0));
}

/** How many numbers of [0, 1) fall into each of `n` cells of equal width. */
function cells(values: ArrayLike<number>, n: number): readonly number[] {
  const counts = Array<number>(n).fill(0);
  for (let i = 0; i < values.length; i++) {
    const cell = Math.min(n - 1, Math.floor((values[i] ?? 0) * n));
    counts[cell] = (counts[cell] ?? 0) + 1;
  }
  return counts;
}

/** G statistic against equal frequencies as a standard normal number (Wilson and Hilferty). */
function gTest(counts: readonly number[]): number {
  const expected = mean(counts);
  const g = 2 * counts.reduce((sum, n) => sum + (n > 0 ? n * Math.log(n / expected) : 0), 0);
  const freedom = counts.length - 1;
  const variance = 2 / (9 * freedom);
  return ((g / freedom) ** (1 / 3) - (1 - variance)) / Math.sqrt(variance);
}

/** Distribution function of the standard normal distribution by its series (A&S 26.2.11). */
function normalDistribution(x: number): number {
  let term = x;
  let total = x;
  for (let n = 1; Math.abs(term) > 1e-16 * Math.abs(total); n++) {
    term *= (x * x) / (2 * n + 1);
    total += term;
  }
  return 0.5 + (total * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI);
}
