import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { keyOf, normals, uniformStream } from '@working-papers/grad';
import { clusteringAccuracy, kMeans, lloyd, matrix, points } from '../src/index.ts';
import { expectClose } from './expectClose.ts';
import fixture from './fixtures/kMeans.json' with { type: 'json' };

const line = (...coordinates: number[]) => points(Float32Array.from(coordinates), 1);

/** Blobs of 30 points around 5 centres that lie 20 deviations apart, in 3 dimensions. */
function blobs() {
  const data = normals(keyOf(1), 150 * 3);
  const labels = Int32Array.from({ length: 150 }, (_, i) => i % 5);
  labels.forEach((label, i) => (data[3 * i]! += 20 * label));
  return { set: points(data, 3), labels };
}

describe('lloyd', () => {
  test("ends where scikit-learn's does from the same start", () => {
    for (const { dim, start, ...expected } of fixture.cases) {
      const set = points(Float32Array.from(expected.points), dim);
      const result = lloyd(set, matrix(start.rows, start.cols, start.data));
      expect(result.isConverged).toBe(true);
      expect(Array.from(result.clusters)).toEqual(expected.clusters);
      expectClose(result.centres.data, expected.centres.data);
      expectClose([result.inertia / expected.inertia], [1]);
    }
  });

  test('assigns each point to the centre that brute force finds, and never raises the inertia', () => {
    const set = points(normals(keyOf(2), 200 * 19), 19);
    const start = matrix(6, 19, set.data.subarray(0, 6 * 19));
    let before = Infinity;
    for (let iterations = 1; iterations < 8; iterations++) {
      const { centres, clusters, inertia } = lloyd(set, start, iterations);
      let sum = 0;
      for (let i = 0; i < set.count; i++) {
        const squares = Array.from({ length: 6 }, (_, c) => {
          let square = 0;
          for (let j = 0; j < 19; j++) {
            square += (set.data[i * 19 + j]! - centres.data[c * 19 + j]!) ** 2;
          }
          return square;
        });
        expect(clusters[i]).toBe(squares.indexOf(Math.min(...squares)));
        sum += Math.min(...squares);
      }
      expectClose([inertia / sum], [1]);
      expect(inertia).toBeLessThanOrEqual(before);
      before = inertia;
    }
  });

  test('gives an empty cluster the point farthest from its centre', () => {
    const { clusters, centres } = lloyd(line(0, 1, 2, 50), matrix(3, 1, [1, -1000, -2000]));
    expect(Array.from(centres.data)).toEqual([1.5, 50, 0]);
    expect(Array.from(clusters)).toEqual([2, 0, 0, 1]);
  });

  test('leaves a cluster empty where all points lie on centres', () => {
    const { centres, inertia, isConverged } = lloyd(line(4, 4), matrix(2, 1, [4, 9]));
    expect(Array.from(centres.data)).toEqual([4, 9]);
    expect([inertia, isConverged]).toEqual([0, true]);
  });

  test('gives ties to the lower centre and says when it was stopped', () => {
    expect(Array.from(lloyd(line(1, 0, 2), matrix(2, 1, [0, 2])).clusters)).toEqual([0, 0, 1]);
    const set = line(...Array.from({ length: 40 }, (_, i) => i ** 1.5));
    expect(lloyd(set, matrix(2, 1, [0, 1]), 2)).toMatchObject({
      iterations: 2,
      isConverged: false,
    });
  });

  test('rejects other dimensions, no points and no iterations', () => {
    expect(() => lloyd(line(1), matrix(1, 2, [1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: lloyd: dimensions differ: points [1, 1] and centres [1, 2]]`,
    );
    expect(() => lloyd(line(), matrix(1, 1, [1]))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: lloyd: no points; expected one or more]`,
    );
    expect(() => lloyd(line(1), matrix(1, 1, [1]), 0)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: lloyd: maxIterations = 0 is not a positive integer]`,
    );
  });
});

describe('kMeans', () => {
  test('recovers separated blobs, in most cases at the first step of one start, from ten starts in each', () => {
    const { set, labels } = blobs();
    const found = (restarts: number, maxIterations?: number) =>
      Array.from({ length: 20 }, (_, seed) => {
        const random = uniformStream(keyOf(seed));
        const options = { random, restarts, ...(maxIterations !== undefined && { maxIterations }) };
        const { clusters } = kMeans(set, 5, options);
        return clusteringAccuracy(clusters, labels);
      }).filter((share) => share === 1).length;
    expect(found(1, 1)).toBeGreaterThan(10); // of points drawn evenly 4 % lie in five blobs
    expect(found(10)).toBe(20);
  });

  test('is the same for the same stream', () => {
    const { set } = blobs();
    const run = () => kMeans(set, 4, { random: uniformStream(keyOf(3)) });
    expect(run()).toEqual(run());
  });

  test('has inertia 0 with as many clusters as points, and the variance with one', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.integer({ min: -99, max: 99 }), { minLength: 1, maxLength: 12 }),
        (xs) => {
          const random = uniformStream(keyOf(4));
          expect(kMeans(line(...xs), xs.length, { random }).inertia).toBe(0);
          const centre = xs.reduce((sum, x) => sum + x, 0) / xs.length;
          const squares = xs.reduce((sum, x) => sum + (x - centre) ** 2, 0);
          expectClose([kMeans(line(...xs), 1, { random }).inertia], [squares]);
        },
      ),
      { seed: 4, numRuns: 50 },
    );
  });

  test('rejects k out of range and fewer distinct points than clusters', () => {
    const random = uniformStream(keyOf(5));
    expect(() => kMeans(line(1, 2), 3, { random })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: kMeans: k = 3 is not an integer from 1 to 2, the number of points]`,
    );
    expect(() => kMeans(line(1, 1, 2), 3, { random })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: kMeans: only 2 of 3 points are distinct; they cannot make 3 clusters]`,
    );
    expect(() => kMeans(line(1), 1, { random, restarts: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: kMeans: restarts = 0 is not a positive integer]`,
    );
  });
});
