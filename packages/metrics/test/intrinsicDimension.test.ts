import { describe, expect, test } from 'vitest';
import { keyOf, uniforms } from '@working-papers/grad';
import { intrinsicDimension, points } from '../src/index.ts';
import fixture from './fixtures/nearest.json' with { type: 'json' };

/** Points uniform in a cube of `dimension` axes, on a curved surface in twice as many. */
function surface(dimension: number, count: number) {
  const cube = uniforms(keyOf(dimension), count * dimension);
  return points(
    Float32Array.from({ length: 2 * cube.length }, (_, i) => {
      const angle = cube[Math.floor(i / 2)]!;
      return i % 2 === 0 ? Math.cos(angle) : Math.sin(angle);
    }),
    2 * dimension,
  );
}

describe('intrinsicDimension', () => {
  test('agrees with numpy for both averages', () => {
    for (const { points: cloud, k1, k2, inverses, estimates } of fixture.cases.intrinsicDimension) {
      const set = points(Float32Array.from(cloud.data), cloud.dim);
      expect(intrinsicDimension(set, { k1, k2 })).toBeCloseTo(inverses, 11);
      expect(intrinsicDimension(set, { k1, k2, average: 'estimates' })).toBeCloseTo(estimates, 11);
    }
  });

  test('finds the dimension of a curved surface, not that of the space around it', () => {
    expect(Math.abs(intrinsicDimension(surface(1, 500)) - 1)).toBeLessThan(0.1);
    expect(Math.abs(intrinsicDimension(surface(2, 2000)) - 2)).toBeLessThan(0.15);
    expect(Math.abs(intrinsicDimension(surface(3, 2000)) - 3)).toBeLessThan(0.35); // edges pull down
  });

  test('is biased by (k - 1)/(k - 2) if estimates are averaged', () => {
    const set = surface(2, 2000);
    const k = { k1: 5, k2: 5 };
    const ratio =
      intrinsicDimension(set, { ...k, average: 'estimates' }) / intrinsicDimension(set, k);
    expect(Math.abs(ratio - 4 / 3)).toBeLessThan(0.05);
  });

  test('averages over some centres and looks for neighbours everywhere', () => {
    const set = surface(2, 2000);
    const all = intrinsicDimension(set);
    expect(Math.abs(intrinsicDimension(set, { centres: 500 }) - all)).toBeLessThan(0.15);
    // Neighbours of the centre, point 0, are 1, 2 and 4 away: m = 2 / (log(4/1) + log(4/2)).
    const line = points(Float32Array.of(0, 1, -2, 4, 50, 90), 1);
    const m = intrinsicDimension(line, { k1: 3, k2: 3, centres: 1 });
    expect(m).toBeCloseTo(2 / Math.log(8), 12);
  });

  test('does not depend on scale', () => {
    const set = surface(2, 100);
    const scaled = points(
      set.data.map((x) => 1024 * x),
      set.dim,
    );
    expect(intrinsicDimension(scaled)).toBeCloseTo(intrinsicDimension(set), 10);
  });

  test('says what is wrong with neighbours and points', () => {
    const line = (...x: number[]) => points(Float32Array.from(x), 1);
    const square = points(Float32Array.of(0, 0, 0, 1, 1, 0, 1, 1), 2);
    expect(() => intrinsicDimension(line(1, 2, 3))).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: intrinsicDimension: k1 = 10, k2 = 20 with 3 points; expected integers with 2 ≤ k1 ≤ k2 < points]`,
    );
    expect(() => intrinsicDimension(square, { k1: 1, k2: 2 })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: intrinsicDimension: k1 = 1, k2 = 2 with 4 points; expected integers with 2 ≤ k1 ≤ k2 < points]`,
    );
    expect(() =>
      intrinsicDimension(square, { k1: 2, k2: 2, centres: 5 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: intrinsicDimension: centres = 5 is not an integer from 1 to the 4 points]`,
    );
    expect(() =>
      intrinsicDimension(line(1, 5, 5, 7), { k1: 2, k2: 2 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: intrinsicDimension: points 1 and 2 are equal; remove duplicates]`,
    );
    expect(() => intrinsicDimension(square, { k1: 2, k2: 2 })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: intrinsicDimension: the estimate is Infinity, because neighbours are equally far; expected points in general position]`,
    );
  });
});
