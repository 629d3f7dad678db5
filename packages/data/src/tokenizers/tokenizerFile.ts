import { byteOfCharacter, characterOfByte } from './byteAlphabet.ts';
import { byteLevelBpe } from './byteLevelBpe.ts';
import { characterTokenizer } from './characters.ts';
import type { AddedToken, BpeDefinition, CharacterDefinition, Tokenizer } from './tokenizer.ts';
import { fail, parseTokenizerFile, type TokenizerFile } from './tokenizerSchema.ts';

/**
 * Writes a tokenizer as tokenizer.json, which Hugging Face's libraries read. A tokenizer of characters is
 * written as BPE without merges.
 *
 * @returns JSON text.
 */
export function saveTokenizer({ definition }: Tokenizer): string {
  const { kind, tokens, addedTokens } = definition;
  const isBpe = kind === 'byte-level-bpe';
  const byteLevel = {
    type: 'ByteLevel',
    add_prefix_space: false,
    trim_offsets: true,
    use_regex: true,
  };
  return JSON.stringify({
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: addedTokens.map(({ content, isSpecial }) => ({
      id: tokens.indexOf(content),
      content,
      single_word: false,
      lstrip: false,
      rstrip: false,
      normalized: false,
      special: isSpecial,
    })),
    normalizer: null,
    pre_tokenizer: isBpe ? byteLevel : null,
    post_processor: null,
    decoder: isBpe ? byteLevel : { type: 'Fuse' },
    model: {
      type: 'BPE',
      dropout: null,
      unk_token: isBpe ? null : definition.unknownToken,
      continuing_subword_prefix: null,
      end_of_word_suffix: null,
      fuse_unk: false,
      byte_fallback: false,
      ignore_merges: false,
      vocab: Object.fromEntries(tokens.map((token, id) => [token, id])),
      merges: isBpe ? definition.merges : [],
    },
  });
}

/**
 * Reads a tokenizer.json of byte-level BPE in the form of GPT-2 (pre-tokenizer and decoder `ByteLevel`), or
 * of characters (no pre-tokenizer, no merges, decoder `Fuse`).
 *
 * @param json - The text of the file.
 * @throws {DataError} If it is not JSON, or something in it is malformed, contradictory or not implemented;
 * the message names the place in the file and the value there.
 */
export function loadTokenizer(json: string): Tokenizer {
  const file = parseTokenizerFile(json);
  const ids = readVocabulary(file.model.vocab);
  const addedTokens = readAddedTokens(file.added_tokens, ids);
  const tokens = inOrderOfIds(ids, file.added_tokens);
  if (file.pre_tokenizer !== null) {
    const definition = {
      kind: 'byte-level-bpe',
      tokens,
      merges: file.model.merges,
      addedTokens,
    } as const;
    return byteLevelBpe(checkedBpe(definition, file, ids));
  }
  const unknownToken = file.model.unk_token ?? null;
  const definition = { kind: 'characters', tokens, unknownToken, addedTokens } as const;
  return characterTokenizer(checkedCharacters(definition, file, ids));
}

function readVocabulary(vocab: object): Map<string, number> {
  const ids = new Map<string, number>();
  const seen = new Set<unknown>();
  const entries: [string, unknown][] = Object.entries(vocab);
  for (const [token, id] of entries) {
    if (typeof id !== 'number' || !Number.isInteger(id) || id < 0 || seen.has(id)) {
      return fail(
        ['model', 'vocab', token],
        id,
        'expected an integer from 0 that no other token has',
      );
    }
    seen.add(id);
    ids.set(token, id);
  }
  return ids;
}

/** Adds tokens that are not in the vocabulary yet to `ids`. */
function readAddedTokens(
  added: TokenizerFile['added_tokens'],
  ids: Map<string, number>,
): readonly AddedToken[] {
  return added.map(({ id, content, special = false }, i) => {
    const known = ids.get(content);
    if (known !== undefined && known !== id) {
      return fail(['added_tokens', i, 'id'], id, `expected ${known}, as in model.vocab`);
    }
    ids.set(content, id);
    return { content, isSpecial: special };
  });
}

function inOrderOfIds(
  ids: ReadonlyMap<string, number>,
  added: TokenizerFile['added_tokens'],
): readonly string[] {
  const tokens: string[] = [];
  for (const [token, id] of ids) {
    if (id >= ids.size || tokens[id] !== undefined) {
      const i = added.findIndex(({ content }) => content === token);
      return fail(
        i < 0 ? ['model', 'vocab', token] : ['added_tokens', i, 'id'],
        id,
        `expected each id from 0 to ${ids.size - 1} once among the tokens and the added tokens`,
      );
    }
    tokens[id] = token;
  }
  return tokens;
}

function checkedBpe(
  definition: BpeDefinition,
  { decoder, model }: TokenizerFile,
  ids: ReadonlyMap<string, number>,
): BpeDefinition {
  const { tokens, merges, addedTokens } = definition;
  if (decoder.type !== 'ByteLevel') fail(['decoder', 'type'], decoder.type, 'expected "ByteLevel"');
  if (typeof model.unk_token === 'string' && characterOfByte.some((byte) => !ids.has(byte))) {
    fail(
      ['model', 'unk_token'],
      model.unk_token,
      'expected null, as bytes are missing in model.vocab',
    );
  }
  const added = new Set(addedTokens.map(({ content }) => content));
  for (const [id, token] of tokens.entries()) {
    const other = Array.from(token).find((character) => !byteOfCharacter.has(character));
    if (!added.has(token) && (other !== undefined || token === '')) {
      fail(['model', 'vocab', token], id, "expected a token of GPT-2's characters for bytes");
    }
  }
  for (const [i, [left, right]] of merges.entries()) {
    const missing = [left, right, left + right].find((token) => !ids.has(token));
    if (missing !== undefined) {
      fail(
        ['model', 'merges', i],
        [left, right],
        `${JSON.stringify(missing)} is not in model.vocab`,
      );
    }
  }
  return definition;
}

function checkedCharacters(
  definition: CharacterDefinition,
  { decoder, model }: TokenizerFile,
  ids: ReadonlyMap<string, number>,
): CharacterDefinition {
  const { tokens, unknownToken, addedTokens } = definition;
  if (decoder.type !== 'Fuse') fail(['decoder', 'type'], decoder.type, 'expected "Fuse"');
  if (model.merges.length > 0) {
    fail(['model', 'merges', 0], model.merges[0], 'expected none without a pre-tokenizer');
  }
  if (unknownToken !== null && !ids.has(unknownToken)) {
    fail(['model', 'unk_token'], unknownToken, 'it is not in model.vocab');
  }
  const others = new Set([unknownToken, ...addedTokens.map(({ content }) => content)]);
  for (const [id, token] of tokens.entries()) {
    if (!others.has(token) && Array.from(token).length !== 1) {
      fail(['model', 'vocab', token], id, 'expected a single character');
    }
  }
  return definition;
}
