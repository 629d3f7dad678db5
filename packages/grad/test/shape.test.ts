import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ShapeError } from '../src/errors.ts';
import {
  broadcastShapes,
  checkShape,
  formatShape,
  reducedShape,
  resolveAxes,
  resolveAxis,
  sameShape,
  sizeOf,
} from '../src/shape.ts';

describe('broadcastShapes', () => {
  test.each([
    [[], [], []],
    [[3], [], [3]],
    [[2, 3], [3], [2, 3]],
    [
      [2, 1],
      [1, 3],
      [2, 3],
    ],
    [
      [5, 1, 4],
      [6, 1],
      [5, 6, 4],
    ],
    [[1], [1, 1], [1, 1]],
  ])('%j with %j is %j', (a, b, expected) => {
    expect(broadcastShapes('add', a, b)).toEqual(expected);
    expect(broadcastShapes('add', b, a)).toEqual(expected);
  });

  test('takes any number of shapes', () => {
    expect(broadcastShapes('where', [2, 1], [3], [4, 1, 1])).toEqual([4, 2, 3]);
  });

  test('is possible where every position, counted from the end, has one size besides 1', () => {
    const shape = fc.array(fc.integer({ min: 1, max: 3 }), { maxLength: 4 });
    fc.assert(
      fc.property(shape, shape, (a, b) => {
        const fits = a.every((size, i) => {
          const other = b[i - a.length + b.length] ?? 1;
          return size === other || size === 1 || other === 1;
        });
        if (fits) expect(broadcastShapes('add', a, b)).toHaveLength(Math.max(a.length, b.length));
        else expect(() => broadcastShapes('add', a, b)).toThrow(ShapeError);
      }),
      { seed: 1, numRuns: 300 },
    );
  });
});

describe('axes', () => {
  test('negative ones count from the end', () => {
    expect([-3, -1, 0, 2].map((axis) => resolveAxis('sum', axis, [4, 5, 6]))).toEqual([0, 2, 0, 2]);
  });

  test('none named stands for all, and a list is sorted', () => {
    expect(resolveAxes('sum', undefined, [4, 5, 6])).toEqual([0, 1, 2]);
    expect(resolveAxes('sum', undefined, [])).toEqual([]);
    expect(resolveAxes('sum', [], [4, 5])).toEqual([]);
    expect(resolveAxes('sum', -1, [4, 5])).toEqual([1]);
    expect(resolveAxes('sum', [-1, 0], [4, 5, 6])).toEqual([0, 2]);
  });

  test('a reduction drops them or leaves them with size 1', () => {
    expect(reducedShape([4, 5, 6], [0, 2], false)).toEqual([5]);
    expect(reducedShape([4, 5, 6], [0, 2], true)).toEqual([1, 5, 1]);
    expect(reducedShape([4], [0], false)).toEqual([]);
  });
});

describe('sizes', () => {
  test('a scalar has one element', () => {
    expect([sizeOf([]), sizeOf([1, 1]), sizeOf([2, 3, 4])]).toEqual([1, 1, 24]);
  });

  test('shapes are the same element by element', () => {
    expect(sameShape([2, 3], [2, 3])).toBe(true);
    expect(sameShape([2, 3], [3, 2])).toBe(false);
    expect(sameShape([2, 3], [2, 3, 1])).toBe(false);
    expect(sameShape([], [1])).toBe(false);
  });

  test('are shown as they are written', () => {
    expect([formatShape([]), formatShape([32, 784])]).toEqual(['[]', '[32, 784]']);
  });

  test.each([[0], [-1], [1.5], [NaN], [Infinity], [2 ** 53]])('%d is refused', (size) => {
    expect(() => checkShape('zeros', [2, size])).toThrow(ShapeError);
  });
});
