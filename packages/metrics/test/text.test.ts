import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  bitsPerByte,
  bitsPerCharacter,
  characterErrorRate,
  distinctN,
  editDistance,
  perplexity,
  rougeL,
  rougeN,
  rougeWords,
  wordErrorRate,
} from '../src/index.ts';
import { expectClose } from './expectClose.ts';

const word = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 8 });

describe('perplexity and bits', () => {
  test('of a uniform model is the size of its vocabulary', () => {
    expectClose([perplexity([Math.log(512), Math.log(512)])], [512]);
    expect(perplexity([0, 0])).toBe(1);
  });

  test('count the bytes of UTF-8, or characters', () => {
    expectClose([bitsPerByte(6 * Math.LN2, 'é€x'), bitsPerCharacter(6 * Math.LN2, 'é€x')], [1, 2]);
    expectClose([bitsPerCharacter(Math.LN2, '😀')], [1]);
  });

  test('reject nothing and NaN', () => {
    expect(() => perplexity([])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: perplexity: 0 values; expected 1 or more]`,
    );
    expect(() => perplexity([1, NaN])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: perplexity: value 1 is NaN; expected a finite number]`,
    );
    expect(() => bitsPerByte(1, '')).toThrowErrorMatchingInlineSnapshot(
      `[DataError: bitsPerByte: the text is empty; expected some]`,
    );
    expect(() => bitsPerCharacter(NaN, 'a')).toThrowErrorMatchingInlineSnapshot(
      `[DataError: bitsPerCharacter: value 0 is NaN; expected a finite number]`,
    );
  });
});

describe('distinctN', () => {
  test('counts n-grams over all sequences, none across two of them', () => {
    expect(distinctN([[1, 2, 1, 2], [1]], 1)).toBe(2 / 5);
    expect(
      distinctN(
        [
          [1, 2, 1, 2],
          [1, 2],
        ],
        2,
      ),
    ).toBe(2 / 4); // (2, 1) of the join is not counted
    expect(
      distinctN(
        [
          [1, 23],
          [12, 3],
        ],
        2,
      ),
    ).toBe(1);
  });

  test('needs an n-gram', () => {
    expect(() => distinctN([[1]], 2)).toThrowErrorMatchingInlineSnapshot(
      `[DataError: distinctN: 1 sequences have no 2-gram; expected longer ones]`,
    );
    expect(() => distinctN([[1]], 0)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: distinctN: n = 0 is not a positive integer]`,
    );
  });
});

describe('editDistance', () => {
  /** The definition: the cheapest of all ways, and of those the one with most substitutions. */
  function slowly(
    a: readonly string[],
    b: readonly string[],
  ): { cost: number; substitutions: number } {
    if (a.length === 0 || b.length === 0) return { cost: a.length + b.length, substitutions: 0 };
    const step = (way: ReturnType<typeof slowly>, cost: number, substitutions: number) => ({
      cost: way.cost + cost,
      substitutions: way.substitutions + substitutions,
    });
    const differ = Number(a[0] !== b[0]);
    return [
      step(slowly(a.slice(1), b.slice(1)), differ, differ),
      step(slowly(a.slice(1), b), 1, 0),
      step(slowly(a, b.slice(1)), 1, 0),
    ].sort((x, y) => x.cost - y.cost || y.substitutions - x.substitutions)[0]!;
  }

  test('is the cheapest of all ways, with most substitutions among equals', () => {
    const short = fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 5 });
    fc.assert(
      fc.property(short, short, (reference, hypothesis) => {
        const { cost, substitutions } = slowly(reference, hypothesis);
        expect(editDistance(reference, hypothesis)).toMatchObject({
          distance: cost,
          substitutions,
        });
      }),
      { seed: 1, numRuns: 200 },
    );
  });

  test('is a metric', () => {
    const d = (a: string[], b: string[]) => editDistance(a, b).distance;
    fc.assert(
      fc.property(word, word, word, (a, b, c) => {
        expect(d(a, b)).toBe(d(b, a));
        expect(d(a, b) === 0).toBe(a.join() === b.join());
        expect(d(a, c)).toBeLessThanOrEqual(d(a, b) + d(b, c));
      }),
      { seed: 2 },
    );
  });

  test('splits kitten into sitting and counts what is missing and what is added', () => {
    expect(editDistance(Array.from('kitten'), Array.from('sitting'))).toEqual({
      substitutions: 2,
      deletions: 0,
      insertions: 1,
      distance: 3,
    });
    expect(editDistance(Array.from('abc'), [])).toMatchObject({ deletions: 3, insertions: 0 });
    expect(editDistance([], Array.from('ab'))).toMatchObject({ deletions: 0, insertions: 2 });
  });
});

describe('error rates', () => {
  test('divide all edits by all of the references, not pair by pair', () => {
    expect(wordErrorRate(['a b c', 'd'], [' a  x c', 'e'])).toBe(2 / 4);
    expect(wordErrorRate(['a'], ['a b c'])).toBe(2);
    expect(characterErrorRate(['😀b'], ['😁b'])).toBe(1 / 2);
  });

  test('reject empty references and other lengths', () => {
    expect(() => wordErrorRate([' '], ['a'])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: wordErrorRate: the 1 references are empty; expected text]`,
    );
    expect(() => characterErrorRate(['a'], [])).toThrowErrorMatchingInlineSnapshot(
      `[ShapeError: characterErrorRate: 1 references for 0 hypotheses]`,
    );
  });
});

describe('rouge', () => {
  const [candidate, reference] = [
    rougeWords('The cat sat on the mat.'),
    rougeWords('the cat is on the mat'),
  ];

  test('counts shared n-grams as often as both have them', () => {
    expectClose([rougeN(candidate, reference, 1).f1], [5 / 6]);
    expectClose([rougeN(candidate, reference, 2).f1], [3 / 5]);
    expectClose([rougeN(['a', 'a', 'a'], ['a'], 1).precision], [1 / 3]);
    expect(rougeN(['ab', 'c'], ['a', 'bc'], 2).f1).toBe(0);
  });

  test('takes the longest common subsequence', () => {
    expectClose([rougeL(candidate, reference).recall], [5 / 6]);
    const { precision, recall } = rougeL('police killed the gunman'.split(' '), [
      'police',
      'kill',
      'gunman',
    ]);
    expectClose([precision, recall], [2 / 4, 2 / 3]);
  });

  test('exchanges precision and recall with its arguments, and is 1 for equal texts, 0 for none', () => {
    fc.assert(
      fc.property(word, word, (a, b) => {
        expect(rougeL(a, b).precision).toBe(rougeL(b, a).recall);
        expect(rougeN(a, b, 2).precision).toBe(rougeN(b, a, 2).recall);
        expect(rougeL(a, a).f1).toBe(a.length === 0 ? 0 : 1);
      }),
      { seed: 3 },
    );
    expect(() => rougeN([], [], 0)).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: rougeN: n = 0 is not a positive integer]`,
    );
  });
});
