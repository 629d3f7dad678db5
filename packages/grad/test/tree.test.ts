import { describe, expect, expectTypeOf, test } from 'vitest';
import { flattenTensors, mapTensors, tensor, zipTensors } from '../src/index.ts';
import { flatten } from '../src/tree.ts';

const [a, b, c] = [tensor([1]), tensor([2]), tensor([3])];

describe('flatten', () => {
  test('names the leaves by keys and indices, in the order of insertion', () => {
    const tree = { w: a, blocks: [{ scale: 0.5 }, [b, 'text']], bias: c };
    expect(flatten(tree)).toEqual([
      { path: 'w', value: a },
      { path: 'blocks.0.scale', value: 0.5 },
      { path: 'blocks.1.0', value: b },
      { path: 'blocks.1.1', value: 'text' },
      { path: 'bias', value: c },
    ]);
  });

  test('a tree can be one leaf, whose path is empty, or have none', () => {
    expect(flatten(a)).toEqual([{ path: '', value: a }]);
    expect(flatten(undefined)).toEqual([{ path: '', value: undefined }]);
    expect(flatten({ empty: [], none: {} })).toEqual([]);
  });

  test('only plain objects and arrays are opened', () => {
    class Layer {
      readonly w = a;
    }
    const values = [new Layer(), new Map([['w', a]]), Float32Array.of(1), () => a, null];
    expect(flatten(values).map(({ value }) => value)).toEqual(values);
    const bare: unknown = Object.setPrototypeOf({ w: a }, null);
    expect(flatten(bare)).toEqual([{ path: 'w', value: a }]);
  });

  test('flattenTensors leaves other leaves out', () => {
    expect(flattenTensors({ rate: 0.1, w: a, nested: [null, b] })).toEqual([
      { path: 'w', value: a },
      { path: 'nested.1', value: b },
    ]);
  });
});

describe('mapTensors', () => {
  test('keeps the form, the type and the other leaves, and gives each path once', () => {
    const tree = { w: a, blocks: [{ w: b, steps: 3, name: null }] as const };
    const paths: string[] = [];
    const mapped = mapTensors(tree, (value, path) => {
      paths.push(path);
      return value === a ? b : c;
    });
    expectTypeOf(mapped).toEqualTypeOf(tree);
    expect(mapped).toEqual({ w: b, blocks: [{ w: c, steps: 3, name: null }] });
    expect(mapped.w).toBe(b);
    expect(Array.isArray(mapped.blocks)).toBe(true);
    expect(paths).toEqual(['w', 'blocks.0.w']);
  });

  test('does not touch its argument', () => {
    const tree = { w: a };
    mapTensors(tree, () => b);
    expect(tree.w).toBe(a);
  });

  test('takes a bare tensor', () => {
    expect(mapTensors(a, () => b)).toBe(b);
  });
});

describe('zipTensors', () => {
  test('gives the leaves of the same path together, in the order of the trees', () => {
    const first = { w: a, blocks: [b], rate: 0.1 };
    const second = { w: c, blocks: [a], other: 'ignored' };
    const seen: unknown[] = [];
    const zipped = zipTensors([first, second, first], (values, path) => {
      seen.push([path, ...values]);
      return values[1] ?? a;
    });
    expect(seen).toEqual([
      ['w', a, c, a],
      ['blocks.0', b, a, b],
    ]);
    expect(zipped).toEqual({ w: c, blocks: [a], rate: 0.1 });
  });
});
