import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addressOf, canonicalJson } from '../src/canonicalJson.ts';

describe('canonicalJson', () => {
  it('sorts keys by code unit at every depth and leaves arrays in order', () => {
    const value = { b: [3, { z: 1, a: null }], a: 'ä"', '': true, A: -0 };
    expect(canonicalJson(value, 'value')).toBe(
      '{"":true,"A":0,"a":"ä\\"","b":[3,{"a":null,"z":1}]}',
    );
  });

  it('gives equal values the same text, and is read back as the value', () => {
    const shuffle = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.map(shuffle);
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(
        Object.entries(value)
          .toReversed()
          .map(([key, each]) => [key, shuffle(each)]),
      );
    };
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalJson(value, 'value');
        expect(canonicalJson(shuffle(value), 'value')).toBe(text);
        // Through JSON, because it knows no -0.
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  it.each([
    [{ a: undefined }, 'cell.a is undefined'],
    [{ a: [1, Number.NaN] }, 'cell.a[1] is NaN'],
    [new Float32Array(2), 'cell is a Float32Array'],
    [{ at: new Date(0) }, 'cell.at is a Date'],
    [() => 1, 'cell is a function'],
    [1n, 'cell is 1'],
  ])('refuses %o', (value, what) => {
    expect(() => canonicalJson(value, 'cell')).toThrow(`${what}; expected plain JSON`);
  });
});

it('addressOf is the SHA-256 of the text', async () => {
  // printf '{"a":1,"b":2}' | sha256sum
  expect(await addressOf({ b: 2, a: 1 }, 'value')).toBe(
    '43258cff783fe7036d8a43033f830adfc60ec037382473548ac742b888292777',
  );
});
