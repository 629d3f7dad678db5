import { ConfigError, DataError } from '@working-papers/grad';
import { sectionSplitter } from './splitText.ts';
import {
  idsOf,
  lookUp,
  requireSpecialTokens,
  tokenAt,
  type CharacterDefinition,
  type DecodeOptions,
  type Tokenizer,
} from './tokenizer.ts';

/** What {@link trainCharacters} adds to the characters. */
export interface CharacterTrainingOptions {
  /** They get the first ids, in this order. Default none. */
  readonly specialTokens?: readonly string[];
  /** One of the special tokens, for characters that were not in the texts. Default: those are errors. */
  readonly unknownToken?: string;
}

/**
 * A tokenizer with one token for each character (Unicode code point) of some texts. Ids: special tokens, then
 * the characters in the order of their code points.
 *
 * @param texts - Special tokens in them are not taken apart.
 * @throws {ConfigError} If special tokens are empty or repeated, or `unknownToken` is not one of them.
 */
export function trainCharacters(
  texts: Iterable<string>,
  { specialTokens = [], unknownToken }: CharacterTrainingOptions = {},
): Tokenizer {
  requireSpecialTokens('trainCharacters', specialTokens);
  if (unknownToken !== undefined && !specialTokens.includes(unknownToken)) {
    throw new ConfigError(
      `trainCharacters: unknownToken ${JSON.stringify(unknownToken)} is not one of the special tokens ${JSON.stringify(specialTokens)}`,
    );
  }
  const sections = sectionSplitter(specialTokens);
  const characters = new Set<string>();
  for (const text of texts) {
    for (const section of sections(text)) {
      if (!section.isAdded) for (const character of section.text) characters.add(character);
    }
  }
  const sorted = [...characters].toSorted((a, b) => a.codePointAt(0)! - b.codePointAt(0)!);
  return characterTokenizer({
    kind: 'characters',
    tokens: [...specialTokens, ...sorted.filter((token) => !specialTokens.includes(token))],
    unknownToken: unknownToken ?? null,
    addedTokens: specialTokens.map((content) => ({ content, isSpecial: true })),
  });
}

/**
 * The tokenizer of a vocabulary of characters. `decode` gives back every text without unknown characters, lone
 * surrogates included if they have tokens.
 *
 * @param definition - Consistent, as `trainCharacters` and `loadTokenizer` make it: tokens that are not added
 * are single characters.
 */
export function characterTokenizer(definition: CharacterDefinition): Tokenizer {
  const { tokens, addedTokens, unknownToken } = definition;
  const ids = idsOf(tokens);
  const unknownId = unknownToken === null ? undefined : ids.get(unknownToken);
  const sections = sectionSplitter(addedTokens.map(({ content }) => content));
  const special = new Set(addedTokens.flatMap((token) => (token.isSpecial ? token.content : [])));
  return {
    definition,
    vocabSize: tokens.length,
    encode: (text) => {
      const encoded: number[] = [];
      for (const section of sections(text)) {
        if (section.isAdded) encoded.push(ids.get(section.text)!);
        else encodeCharacters(section.text, encoded);
      }
      return Int32Array.from(encoded);
    },
    decode: (encoded, { skipSpecialTokens = false }: DecodeOptions = {}) => {
      const parts: string[] = [];
      for (let place = 0; place < encoded.length; place++) {
        const token = tokenAt(tokens, encoded, place);
        if (!(skipSpecialTokens && special.has(token))) parts.push(token);
      }
      return parts.join('');
    },
    idOf: (token) => lookUp(ids, token),
  };

  function encodeCharacters(text: string, encoded: number[]): void {
    for (const character of text) {
      const id = ids.get(character) ?? unknownId;
      if (id === undefined) {
        const code = character.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0');
        throw new DataError(
          `encode: the character ${JSON.stringify(character)} (U+${code}) is not in the vocabulary; train on such text or with an unknownToken`,
        );
      }
      encoded.push(id);
    }
  }
}
