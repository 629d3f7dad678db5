import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { clusteringAccuracy, matrix, minimumCostAssignment } from '../src/index.ts';
import fixture from './fixtures/matching.json' with { type: 'json' };

const { cases } = fixture;

describe('minimumCostAssignment', () => {
  test('costs as little as what scipy finds, with a column of its own for each row', () => {
    for (const { cost, total } of cases.minimumCostAssignment) {
      const columns = Array.from(minimumCostAssignment(matrix(cost.rows, cost.cols, cost.data)));
      expect(new Set(columns).size).toBe(cost.rows);
      const sum = columns.reduce((s, column, row) => s + cost.data[row * cost.cols + column]!, 0);
      expect(sum).toBeCloseTo(total, 12);
    }
  });

  test('undoes a permutation', () => {
    const order = fc.shuffledSubarray([0, 1, 2, 3, 4, 5], { minLength: 6 });
    fc.assert(
      fc.property(order, (columns) => {
        const cost = Array.from(
          { length: 36 },
          (_, i) => -Number(columns[Math.floor(i / 6)] === i % 6),
        );
        expect(Array.from(minimumCostAssignment(matrix(6, 6, cost)))).toEqual(columns);
      }),
      { seed: 1 },
    );
  });

  test('rejects more rows than columns', () => {
    expect(() => minimumCostAssignment(matrix(2, 1, [1, 2]))).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: minimumCostAssignment: [2, 1] has fewer columns than rows; transpose it]`,
    );
  });
});

describe('clusteringAccuracy', () => {
  test('is the best over all permutations', () => {
    for (const { clusters, classes, accuracy } of cases.clusteringAccuracy) {
      expect(clusteringAccuracy(clusters, classes)).toBeCloseTo(accuracy, 14);
    }
  });

  test('does not depend on the names of the clusters', () => {
    expect(clusteringAccuracy([2, 2, 0, 1], [0, 0, 1, 2])).toBe(1);
    expect(clusteringAccuracy(Int32Array.of(0), Uint8Array.of(9))).toBe(1);
  });

  test('is the share of the largest class for a single cluster', () => {
    expect(clusteringAccuracy([0, 0, 0, 0], [0, 1, 1, 2])).toBe(0.5);
  });

  test('rejects lists that differ, no items and labels that are not counts', () => {
    expect(() => clusteringAccuracy([0, 1], [0])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: clusteringAccuracy: 2 clusters for 1 classes]`,
    );
    expect(() => clusteringAccuracy([], [])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: clusteringAccuracy: no items; expected one or more]`,
    );
    expect(() => clusteringAccuracy([0, -1], [0, 0])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: clusteringAccuracy: the cluster of item 1 is -1; expected an integer from 0]`,
    );
    expect(() => clusteringAccuracy([0, 1], [0, 0.5])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: clusteringAccuracy: the class of item 1 is 0.5; expected an integer from 0]`,
    );
  });
});
