import { describe, expect, test } from 'vitest';
import { loadTokenizer, saveTokenizer, trainCharacters } from '../../src/index.ts';
import { awkward, loneSurrogates } from './corpus.ts';

describe('characters', () => {
  const tokenizer = trainCharacters([...awkward, ...loneSurrogates], {
    specialTokens: ['<bos>', '<eos>'],
  });

  test('have ids in the order of their code points, after the special tokens', () => {
    const own = trainCharacters(['b😀aé', 'a<s>'], { specialTokens: ['<s>'] });
    expect(own.definition.tokens).toEqual(['<s>', 'a', 'b', 'é', '😀']);
    expect(Array.from(own.encode('😀<s>b'))).toEqual([4, 0, 2]);
    expect(own.decode([4, 0, 2], { skipSpecialTokens: true })).toBe('😀b');
  });

  test('give back every text, lone surrogates included, and so when saved and loaded', () => {
    const loaded = loadTokenizer(saveTokenizer(tokenizer));
    expect(loaded.definition).toEqual(tokenizer.definition);
    for (const text of [...awkward, ...loneSurrogates]) {
      expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      expect(loaded.encode(text)).toEqual(tokenizer.encode(text));
    }
  });

  test('that are unknown are errors, or the unknown token', () => {
    expect(() => trainCharacters(['ab']).encode('aç')).toThrowErrorMatchingInlineSnapshot(
      `[DataError: encode: the character "ç" (U+00E7) is not in the vocabulary; train on such text or with an unknownToken]`,
    );
    const own = trainCharacters(['ab'], { specialTokens: ['<unk>'], unknownToken: '<unk>' });
    expect(Array.from(own.encode('aç😀b'))).toEqual([1, 0, 0, 2]);
    expect(own.decode([1, 0])).toBe('a<unk>');
    expect(() => own.decode([3])).toThrowErrorMatchingInlineSnapshot(
      `[DataError: decode: id 3 at place 0 is not one of 0 to 2, the vocabulary]`,
    );
    expect(() => trainCharacters([], { unknownToken: '?' })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: trainCharacters: unknownToken "?" is not one of the special tokens []]`,
    );
    expect(() => trainCharacters([], { specialTokens: [''] })).toThrowErrorMatchingInlineSnapshot(
      `[ConfigError: trainCharacters: special tokens [""]; expected texts that differ, none empty]`,
    );
  });

  test('that are special tokens themselves have one id', () => {
    const own = trainCharacters(['a|b'], { specialTokens: ['|'] });
    expect(own.definition.tokens).toEqual(['|', 'a', 'b']);
  });
});
