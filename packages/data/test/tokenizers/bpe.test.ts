import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { byteLevelBpe, trainBpe, type Tokenizer } from '../../src/index.ts';
import { anyCharacter, awkward, loneSurrogates, prose } from './corpus.ts';

const tokenizer = trainBpe([prose(20_000)], { vocabSize: 900, specialTokens: ['<bos>', '<eos>'] });
const merges = ({ definition }: Tokenizer) =>
  definition.kind === 'byte-level-bpe' ? definition.merges.map((pair) => pair.join(' ')) : [];

/** Byte-pair encoding by its definition: all pairs are counted anew for each merge. */
function trainSlowly(words: readonly string[], count: number): readonly string[] {
  let split = words.map((word) => Array.from(word));
  const order = Array.from({ length: 128 }, (_, code) => String.fromCharCode(code));
  const merged: string[] = [];
  while (merged.length < count) {
    const counts = new Map<string, { left: string; right: string; count: number }>();
    for (const word of split) {
      word.slice(1).forEach((right, i) => {
        const left = word[i]!;
        const key = `${left} ${right}`;
        counts.set(key, { left, right, count: (counts.get(key)?.count ?? 0) + 1 });
      });
    }
    const [best] = [...counts.values()].sort(
      (a, b) =>
        b.count - a.count ||
        order.indexOf(a.left) - order.indexOf(b.left) ||
        order.indexOf(a.right) - order.indexOf(b.right),
    );
    const { left, right } = best!;
    merged.push(`${left} ${right}`);
    if (!order.includes(left + right)) order.push(left + right);
    split = split.map((word) => {
      const joined: string[] = [];
      for (let i = 0; i < word.length; i++) {
        const isPair = word[i] === left && word[i + 1] === right;
        joined.push(isPair ? left + right : word[i]!);
        if (isPair) i++;
      }
      return joined;
    });
  }
  return merged;
}

describe('trainBpe', () => {
  test('joins the most frequent pair, of equals the one with the lowest ids', () => {
    expect(merges(trainBpe(['ab ab zz', 'ab'], { vocabSize: 257 }))).toEqual(['a b']);
    expect(merges(trainBpe(['cd,ab,cd,ab'], { vocabSize: 258 }))).toEqual(['a b', 'c d']);
    expect(merges(trainBpe(['ac,ab,ac,ab'], { vocabSize: 257 }))).toEqual(['a b']);
  });

  test('is what counting all pairs anew for each merge gives', () => {
    const letters = fc.stringMatching(/^[abc]{1,8}$/);
    fc.assert(
      fc.property(fc.array(letters, { minLength: 8, maxLength: 30 }), (words) => {
        const text = words.join('\n'); // the words and line feeds by themselves
        const longest = new Set(words.flatMap((word) => Array.from(word).slice(1))).size;
        fc.pre(longest > 0);
        const count = 6;
        let trained: Tokenizer;
        try {
          trained = trainBpe([text], { vocabSize: 256 + count, minCount: 1 });
        } catch {
          fc.pre(false); // too few pairs
          return;
        }
        expect(merges(trained)).toEqual(trainSlowly(words, merges(trained).length));
      }),
      { seed: 1, numRuns: 100 },
    );
  });

  test('gives special tokens the first ids, then bytes by their characters, then merges as they come', () => {
    expect(tokenizer.vocabSize).toBe(900);
    expect([tokenizer.idOf('<bos>'), tokenizer.idOf('<eos>'), tokenizer.idOf('!')]).toEqual([
      0, 1, 2,
    ]);
    expect([tokenizer.idOf('~'), tokenizer.idOf('¡'), tokenizer.idOf('Ġ')]).toEqual([95, 96, 222]);
    const [first] = merges(tokenizer);
    expect(tokenizer.idOf(first!.replace(' ', ''))).toBe(258);
  });

  test('does not depend on the order of the texts, and learns nothing from special tokens in them', () => {
    const texts = [prose(300, 2), prose(300, 3), prose(300, 4)];
    const options = { vocabSize: 400, specialTokens: ['<eos>'] };
    const expected = trainBpe(texts, options).definition;
    expect(trainBpe(texts.toReversed(), options).definition).toEqual(expected);
    expect(trainBpe([texts.join('<eos>')], options).definition).toEqual(expected);
  });

  test('keeps apart what is spelt alike: a special token and bytes in the alphabet of GPT-2', () => {
    const own = trainBpe([' the the the the next next'], {
      vocabSize: 260,
      specialTokens: ['Ġthe'],
    });
    for (const text of [' the', 'Ġthe', ' theĠthe the'])
      expect(own.decode(own.encode(text))).toBe(text);
    expect(merges(own)).toEqual(['h e', 't he', 'e x']);
    expect(() =>
      trainBpe([''], { vocabSize: 300, specialTokens: ['é'] }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: trainBpe: the special token "é" is also the token of a byte; give a longer one]`,
    );
  });

  test('rejects a vocabulary without room for the bytes or with more tokens than the text gives', () => {
    expect(() =>
      trainBpe([''], { vocabSize: 256, specialTokens: ['<bos>'] }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: trainBpe: vocabSize = 256; expected an integer from 257, the special tokens and 256 bytes]`,
    );
    expect(() => trainBpe(['ab ab'], { vocabSize: 300 })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: trainBpe: the text gives 257 tokens of vocabSize = 300, then no pair occurs 2 times; give more text or a smaller vocabSize]`,
    );
    expect(() =>
      trainBpe([''], { vocabSize: 256, minCount: 0 }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: trainBpe: minCount = 0 is not a positive integer]`,
    );
    expect(() =>
      trainBpe([''], { vocabSize: 300, specialTokens: ['a', 'a'] }),
    ).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: trainBpe: special tokens ["a","a"]; expected texts that differ, none empty]`,
    );
  });
});

describe('byte-level BPE', () => {
  test('gives back every text', () => {
    for (const text of awkward) expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
    fc.assert(
      fc.property(fc.array(anyCharacter, { maxLength: 40 }), (characters) => {
        const text = characters.join('');
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
      { seed: 2, numRuns: 1000 },
    );
  });

  test('turns lone surrogates, and bytes that are no UTF-8, into U+FFFD', () => {
    for (const text of loneSurrogates) {
      const repaired = new TextDecoder().decode(new TextEncoder().encode(text));
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(repaired);
    }
    expect(tokenizer.decode([tokenizer.idOf('ð')])).toBe('\ufffd');
  });

  test('applies the merges in their order, the leftmost first', () => {
    const tokens = [
      ...trainBpe([''], { vocabSize: 256 }).definition.tokens,
      'bc',
      'ab',
      'aa',
      'abc',
    ];
    const merged = (pairs: readonly (readonly [string, string])[]) => {
      const own = byteLevelBpe({ kind: 'byte-level-bpe', tokens, merges: pairs, addedTokens: [] });
      return (text: string) => Array.from(own.encode(text), (id) => tokens[id]);
    };
    const encode = merged([
      ['b', 'c'],
      ['a', 'b'],
      ['a', 'a'],
      ['a', 'bc'],
    ]);
    expect(encode('abc')).toEqual(['abc']);
    expect(encode('abab')).toEqual(['ab', 'ab']);
    expect(encode('aaaaa')).toEqual(['aa', 'aa', 'a']);
    expect(
      merged([
        ['a', 'b'],
        ['b', 'c'],
        ['a', 'bc'],
      ])('abc'),
    ).toEqual(['ab', 'c']);
  });

  test('compresses text of its kind', () => {
    const text = prose(2000, 5);
    expect(tokenizer.encode(text).length).toBeLessThan(text.length / 3);
  });

  test('recognises added tokens anywhere, the longest first, and leaves special ones out on request', () => {
    const { tokens, ...rest } = trainBpe([''], { vocabSize: 256 }).definition;
    const added = ['<a>', '<a><b>', '.*'];
    const own = byteLevelBpe({
      ...rest,
      kind: 'byte-level-bpe',
      merges: [],
      tokens: [...tokens, ...added],
      addedTokens: added.map((content) => ({ content, isSpecial: content !== '.*' })),
    });
    const ids = own.encode('x<a><b><a>.*');
    expect(Array.from(ids)).toEqual([own.idOf('x'), 257, 256, 258]);
    expect(own.decode(ids)).toBe('x<a><b><a>.*');
    expect(own.decode(ids, { skipSpecialTokens: true })).toBe('x.*');
  });

  test('encodes a word of 200,000 letters in no quadratic time', () => {
    const text = 'ther'.repeat(50_000);
    const ids = tokenizer.encode(text);
    expect(ids.length).toBeLessThanOrEqual(text.length / 2);
    expect(tokenizer.decode(ids)).toBe(text);
  });

  test('has no ids for an empty text', () => {
    expect(tokenizer.encode('')).toHaveLength(0);
    expect(tokenizer.decode([])).toBe('');
  });

  test('rejects ids and tokens that are not in the vocabulary, and bytes that have no token', () => {
    expect(() => tokenizer.decode([3, 900])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: decode: id 900 at place 1 is not one of 0 to 899, the vocabulary]`,
    );
    expect(() => tokenizer.decode([-1])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: decode: id -1 at place 0 is not one of 0 to 899, the vocabulary]`,
    );
    expect(() => tokenizer.decode([0.5])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: decode: id 0.5 at place 0 is not one of 0 to 899, the vocabulary]`,
    );
    expect(() => tokenizer.idOf('<pad>')).toThrowErrorMatchingInlineSnapshot(
      `[DataError: idOf: "<pad>" is not one of the 900 tokens; give a token as the vocabulary spells it]`,
    );
    const tokens = ['a', 'b'];
    const small = byteLevelBpe({ kind: 'byte-level-bpe', tokens, merges: [], addedTokens: [] });
    expect(() => small.encode('a b')).toThrowErrorMatchingInlineSnapshot(
      `[DataError: encode: byte 32 of " b" has no token; train the tokenizer on such text, or load one whose vocabulary has all 256 bytes]`,
    );
  });
});
