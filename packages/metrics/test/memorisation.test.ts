import { describe, expect, test } from 'vitest';
import { keyOf, normals } from '@working-papers/grad';
import { memorisation, nearestNeighbours, nearestOthers, points } from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/nearest.json' with { type: 'json' };

const { cases } = fixture;
const stored = ({ dim, data }: { dim: number; data: readonly number[] }) =>
  points(Float32Array.from(data), dim);
const line = (...coordinates: number[]) => points(Float32Array.from(coordinates), 1);

describe('nearestNeighbours', () => {
  test('is what sorting all distances gives, over several blocks of candidates', () => {
    const [dim, k] = [37, 5];
    const queries = points(normals(keyOf(1), 20 * dim), dim);
    const candidates = points(normals(keyOf(2), 3000 * dim), dim);
    const { distances, indices } = nearestNeighbours(queries, candidates, k);
    for (let q = 0; q < queries.count; q++) {
      const all = Array.from({ length: candidates.count }, (_, c) => {
        let square = 0;
        for (let i = 0; i < dim; i++) {
          square += (queries.data[q * dim + i]! - candidates.data[c * dim + i]!) ** 2;
        }
        return { c, distance: Math.sqrt(square) };
      }).sort((a, b) => a.distance - b.distance);
      const nearest = all.slice(0, k);
      expect(Array.from(indices.subarray(q * k, (q + 1) * k))).toEqual(nearest.map(({ c }) => c));
      expectClose(
        distances.subarray(q * k, (q + 1) * k),
        nearest.map((n) => n.distance),
      );
    }
  });

  test('visits every candidate: each of 3000 points finds itself', () => {
    const set = points(normals(keyOf(3), 3000 * 37), 37);
    const { distances, indices } = nearestNeighbours(set, set, 1);
    expect(Array.from(indices)).toEqual(Array.from({ length: 3000 }, (_, i) => i));
    expect(distances.every((distance) => distance === 0)).toBe(true);
  });

  test('gives ties to the lower index, and all candidates if k is their number', () => {
    const { distances, indices } = nearestNeighbours(line(0), line(1, -1, 2, 1, 0), 5);
    expect(Array.from(indices)).toEqual([4, 0, 1, 3, 2]);
    expect(Array.from(distances)).toEqual([0, 1, 1, 1, 2]);
    expect(Array.from(nearestNeighbours(line(0), line(1, -1, 1), 1).indices)).toEqual([0]);
  });

  test('of a set with itself leaves out the point, not its duplicate', () => {
    const { distances, indices } = nearestOthers(line(3, 7, 3, 8), 1);
    expect(Array.from(indices)).toEqual([2, 3, 0, 1]);
    expect(Array.from(distances)).toEqual([0, 1, 0, 1]);
  });

  test('rejects dimensions that differ, more neighbours than there are and a centre outside the set', () => {
    const plane = points(Float32Array.of(1, 2), 2);
    expect(() => nearestNeighbours(line(1), plane, 1)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: nearestNeighbours: dimensions differ: queries [1, 1] and candidates [1, 2]]`,
    );
    expect(() => nearestNeighbours(line(1), line(1, 2), 3)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: nearestNeighbours: k = 3 is not an integer from 1 to 2, the number of points to choose from]`,
    );
    expect(() => nearestOthers(line(1, 2), 1, Int32Array.of(2))).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: nearestOthers: centre 2 is not one of 2 points]`,
    );
    expect(() => nearestOthers(line(1, 2), 2)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: nearestOthers: k = 2 is not an integer from 1 to 1, the number of points to choose from]`,
    );
  });
});

describe('memorisation', () => {
  test('agrees with scipy', () => {
    for (const { samples, training, ratio, ...expected } of cases.memorisation) {
      const result = memorisation(stored(samples), stored(training), ratio);
      expect(Array.from(result.indices)).toEqual(expected.indices);
      expectClose(result.distances, expected.distances);
      expect(Array.from(result.isMemorised)).toEqual(expected.isMemorised);
      expect(result.memorisedFraction).toBe(
        expected.isMemorised.reduce((a, b) => a + b, 0) / samples.count,
      );
    }
  });

  test('does not depend on scale or on the order of coordinates', () => {
    const { samples, training } = cases.memorisation[0]!;
    const { isMemorised } = memorisation(stored(samples), stored(training));
    const change = (p: typeof samples) =>
      points(Float32Array.from(p.data.map((x) => 8 * x)).reverse(), p.dim);
    const changed = memorisation(change(samples), change(training));
    expect(changed.isMemorised.reverse()).toEqual(isMemorised);
  });

  test('holds only below the ratio, and never for a training point that is there twice', () => {
    const training = line(0, 4);
    expect(Array.from(memorisation(line(0, 0.5, 1, 2), training).isMemorised)).toEqual([
      1, 1, 0, 0,
    ]);
    expect(memorisation(line(0), line(0, 0, 4)).memorisedFraction).toBe(0);
  });

  test('rejects an empty set, a single training point and a ratio out of range', () => {
    const none = points(new Float32Array(0), 1);
    expect(() => memorisation(none, line(1, 2))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: memorisation: 0 samples, 2 training points; expected 1 or more and 2 or more]`,
    );
    expect(() => memorisation(line(1), line(1))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: memorisation: 1 samples, 1 training points; expected 1 or more and 2 or more]`,
    );
    expect(() => memorisation(line(1), line(1, 2), 3)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: memorisation: ratio = 3; expected a number above 0 and at most 1]`,
    );
  });
});

describe('points', () => {
  test('rejects what is not a whole number of finite points', () => {
    expect(() => points(Float32Array.of(1, 2, 3), 2)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: points: 3 values are not a multiple of dim = 2]`,
    );
    expect(() => points(Float32Array.of(1), 0)).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: points: dim = 0 is not a positive integer]`,
    );
    expect(() => points(Float32Array.of(1, 2, 3, NaN), 2)).toThrowErrorMatchingInlineSnapshot(
      `[DataError: points: coordinate 1 of point 1 is NaN; expected a finite number]`,
    );
  });
});
