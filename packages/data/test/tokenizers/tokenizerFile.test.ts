import { Tokenizer as HuggingFaceTokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  loadTokenizer,
  saveTokenizer,
  trainBpe,
  trainCharacters,
  type Tokenizer,
} from '../../src/index.ts';
import { anyCharacter, awkward, loneSurrogates, prose } from './corpus.ts';

const specialTokens = ['<bos>', '<eos>'];
const text = prose(20_000);
const bpe = trainBpe([text], {
  vocabSize: 900,
  specialTokens: [...specialTokens, '__proto__'],
});
const characters = trainCharacters([text], {
  specialTokens: [...specialTokens, '?'],
  unknownToken: '?',
});

/** The file as other code reads it, which does not check it either. */
const theirs = (json: string) => new HuggingFaceTokenizer(JSON.parse(json) as object, {});

/** Expects the same ids and texts from both libraries. */
function expectSame(own: Tokenizer, other: HuggingFaceTokenizer, texts: readonly string[]): void {
  for (const sample of texts) {
    const ids = Array.from(own.encode(sample));
    expect(other.encode(sample).ids).toEqual(ids);
    if (ids.length === 0) continue; // they decode no empty lists
    for (const skipSpecialTokens of [false, true]) {
      const decoded = other.decode(ids, {
        skip_special_tokens: skipSpecialTokens,
        clean_up_tokenization_spaces: false,
      });
      expect(own.decode(ids, { skipSpecialTokens })).toBe(decoded);
    }
  }
}

/** A tokenizer.json written by hand in the form of GPT-2's: merges as text, fields that we do not write. */
function handMade(): Record<string, unknown> & { model: Record<string, unknown> } {
  const bytes = trainBpe([''], { vocabSize: 256 }).definition.tokens;
  const merges = [
    't h',
    'Ġ t',
    'Ġt h',
    'th e',
    'Ġth e',
    'i n',
    'Ġ Ġ',
    'ĠĠ ĠĠ',
    'Ã ©',
    'ð Ł',
    'ðŁ ĺ',
    '1 2',
  ];
  const tokens = [...bytes, ...merges.map((merge) => merge.replace(' ', '')), '<|endoftext|>'];
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [
      {
        id: 268,
        special: true,
        content: '<|endoftext|>',
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: true,
      },
      {
        id: 269,
        special: false,
        content: '<eos>',
        single_word: false,
        lstrip: false,
        rstrip: false,
        normalized: false,
      },
    ],
    normalizer: null,
    pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
    post_processor: { type: 'ByteLevel', add_prefix_space: true, trim_offsets: false },
    decoder: { type: 'ByteLevel', add_prefix_space: false, trim_offsets: true },
    model: {
      dropout: null,
      unk_token: null,
      continuing_subword_prefix: '',
      end_of_word_suffix: '',
      fuse_unk: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges,
    },
  };
}

describe('a tokenizer that we saved', () => {
  test('gives the same ids in the library of Hugging Face, also for surrogates without a partner', () => {
    expectSame(bpe, theirs(saveTokenizer(bpe)), [
      ...awkward,
      ...loneSurrogates,
      text.slice(0, 20_000),
    ]);
  });

  test('gives the same ids there for arbitrary strings', () => {
    const other = theirs(saveTokenizer(bpe));
    const unit = fc.oneof(
      fc.constantFrom(' ', '\n', '\t', "'", 's', 'the', 'ing', '<bos>', '<', '1', '日', '\u00a0'),
      anyCharacter,
    );
    fc.assert(
      fc.property(fc.array(unit, { maxLength: 25 }), (parts) =>
        expectSame(bpe, other, [parts.join('')]),
      ),
      { seed: 3, numRuns: 1000 },
    );
  });

  test('gives the same ids there if it is of characters', () => {
    expectSame(characters, theirs(saveTokenizer(characters)), [...awkward, text.slice(0, 1000)]);
  });

  test('is the same when it is loaded, a token called __proto__ included', () => {
    for (const own of [bpe, characters]) {
      expect(loadTokenizer(saveTokenizer(own)).definition).toEqual(own.definition);
    }
    expect(bpe.encode('__proto__')).toHaveLength(1);
  });
});

describe('a tokenizer that others wrote', () => {
  test('gives the same ids here as in their library, with merges as text and as pairs', () => {
    const file = handMade();
    const other = theirs(JSON.stringify(file));
    const texts = [
      ...awkward,
      ...loneSurrogates,
      'the  thin    then<|endoftext|><eos>12 é😀',
      'in the 😀 12',
    ];
    expectSame(loadTokenizer(JSON.stringify(file)), other, texts);
    const merges = (file.model['merges'] as string[]).map((merge) => merge.split(' '));
    const paired = loadTokenizer(JSON.stringify({ ...file, model: { ...file.model, merges } }));
    expect(paired.definition).toEqual(loadTokenizer(JSON.stringify(file)).definition);
  });

  test('keeps added tokens that are no special ones when special ones are left out', () => {
    const own = loadTokenizer(JSON.stringify(handMade()));
    const ids = own.encode('a<eos>b<|endoftext|>');
    expect(own.decode(ids, { skipSpecialTokens: true })).toBe('a<eos>b');
  });
});

describe('loadTokenizer', () => {
  const load = (change: (file: ReturnType<typeof handMade>) => void) => () => {
    const file = handMade();
    change(file);
    return loadTokenizer(JSON.stringify(file));
  };

  test('names the place and the value of what is not implemented', () => {
    expect(
      load((file) => (file['normalizer'] = { type: 'NFC' })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: normalizer is {"type":"NFC"}; expected null, normalisation is not implemented]`,
    );
    expect(
      load((file) => (file['pre_tokenizer'] = { type: 'Metaspace' })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: pre_tokenizer.type is "Metaspace"; expected "ByteLevel"]`,
    );
    expect(
      load((file) => (file['pre_tokenizer'] = { type: 'ByteLevel', add_prefix_space: true })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: pre_tokenizer.add_prefix_space is true; expected false, true is not implemented]`,
    );
    expect(
      load((file) => (file['post_processor'] = { type: 'TemplateProcessing' })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: post_processor.type is "TemplateProcessing"; expected "ByteLevel" or no post-processor]`,
    );
    expect(load((file) => (file['padding'] = {}))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: padding is {}; expected null, padding is not implemented]`,
    );
    expect(load((file) => (file.model['type'] = 'Unigram'))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.type is "Unigram"; expected "BPE"]`,
    );
    expect(load((file) => (file.model['dropout'] = 0.1))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.dropout is 0.1; expected null, dropout is not implemented]`,
    );
    expect(
      load((file) => (file.model['end_of_word_suffix'] = '</w>')),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.end_of_word_suffix is "</w>"; expected null, affixes are not implemented]`,
    );
    expect(load((file) => (file.model['byte_fallback'] = true))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.byte_fallback is true; expected false, true is not implemented]`,
    );
    expect(load((file) => (file['new_thing'] = 1))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: new_thing is 1; expected no such field, it is not implemented]`,
    );
    const token = { id: 0, content: '!', lstrip: true };
    expect(load((file) => (file['added_tokens'] = [token]))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: added_tokens[0].lstrip is true; expected false, true is not implemented]`,
    );
  });

  test('names the place and the value of what is malformed', () => {
    expect(() => loadTokenizer('{"version": ')).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: the file is not JSON (Unexpected end of JSON input); expected a tokenizer.json]`,
    );
    expect(() => loadTokenizer('[]')).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: the file is []; expected object]`,
    );
    expect(
      load((file) => Reflect.deleteProperty(file, 'model')),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model is missing; expected object]`,
    );
    expect(load((file) => (file.model['vocab'] = ['a']))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.vocab is ["a"]; expected an object of ids by token]`,
    );
    expect(load((file) => (file.model['vocab'] = { a: '0' }))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.vocab["a"] is "0"; expected an integer from 0 that no other token has]`,
    );
    expect(
      load((file) => (file.model['vocab'] = { a: 0, b: 0 })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.vocab["b"] is 0; expected an integer from 0 that no other token has]`,
    );
    expect(
      load((file) => (file.model['vocab'] = { a: 0, b: 999 })),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.vocab["b"] is 999; expected each id from 0 to 3 once among the tokens and the added tokens]`,
    );
    expect(
      load((file) => (file.model['merges'] = ['t h', 'the'])),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.merges[1] is "the"; expected two tokens, with one space between]`,
    );
    expect(load((file) => (file.model['merges'] = ['a b c']))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.merges[0] is "a b c"; expected two tokens, with one space between]`,
    );
    expect(load((file) => (file.model['merges'] = [['a', 7]]))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.merges[0] is ["a",7]; expected "left right" or ["left", "right"]]`,
    );
    expect(
      load((file) => (file.model['merges'] = [['q', 'z']])),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.merges[0] is ["q","z"]; "qz" is not in model.vocab]`,
    );
  });

  test('names contradictions between parts of the file', () => {
    const token = (id: number, content: string) => ({ id, content, special: true });
    expect(
      load((file) => (file['added_tokens'] = [token(3, '!')])),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: added_tokens[0].id is 3; expected 0, as in model.vocab]`,
    );
    expect(
      load((file) => (file['added_tokens'] = [token(300, '<x>')])),
    ).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: added_tokens[0].id is 300; expected each id from 0 to 269 once among the tokens and the added tokens]`,
    );
    expect(load((file) => (file['decoder'] = { type: 'Fuse' }))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: decoder.type is "Fuse"; expected "ByteLevel"]`,
    );
    expect(load((file) => (file['pre_tokenizer'] = null))).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: decoder.type is "ByteLevel"; expected "Fuse"]`,
    );
    const vocabulary = (vocab: object, unknown: string | null = null) =>
      load((file) => {
        file['added_tokens'] = [];
        file.model = { vocab, merges: [], unk_token: unknown };
      });
    expect(vocabulary({ 'a b': 0 })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.vocab["a b"] is 0; expected a token of GPT-2's characters for bytes]`,
    );
    expect(vocabulary({ a: 0 }, 'a')).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.unk_token is "a"; expected null, as bytes are missing in model.vocab]`,
    );
    const ofCharacters = (vocab: object, rest: object = {}) =>
      load((file) => {
        Object.assign(file, { pre_tokenizer: null, decoder: { type: 'Fuse' }, added_tokens: [] });
        file.model = { vocab, merges: [], ...rest };
      });
    expect(ofCharacters({ ab: 0 })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.vocab["ab"] is 0; expected a single character]`,
    );
    expect(ofCharacters({ a: 0 }, { unk_token: '?' })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.unk_token is "?"; it is not in model.vocab]`,
    );
    expect(ofCharacters({ a: 0, b: 1 }, { merges: ['a b'] })).toThrowErrorMatchingInlineSnapshot(
      `[DataError: loadTokenizer: model.merges[0] is ["a","b"]; expected none without a pre-tokenizer]`,
    );
  });
});
