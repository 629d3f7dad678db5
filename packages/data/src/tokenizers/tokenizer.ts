import { ConfigError, DataError } from '@working-papers/grad';

/** A token that is found in a text before anything else, such as `<bos>`. */
export interface AddedToken {
  readonly content: string;
  /** Whether `decode` may leave it out. */
  readonly isSpecial: boolean;
}

/** Byte-level byte-pair encoding as data. */
export interface BpeDefinition {
  readonly kind: 'byte-level-bpe';
  /** By id; bytes in GPT-2's alphabet of printable characters. */
  readonly tokens: readonly string[];
  /** Pairs of tokens that are joined, the most urgent first. */
  readonly merges: readonly (readonly [left: string, right: string])[];
  readonly addedTokens: readonly AddedToken[];
}

/** One token for each character as data. */
export interface CharacterDefinition {
  readonly kind: 'characters';
  /** By id. */
  readonly tokens: readonly string[];
  /** The token of characters that are not among the tokens; null where they are errors. */
  readonly unknownToken: string | null;
  readonly addedTokens: readonly AddedToken[];
}

/** How {@link Tokenizer.decode} treats special tokens. */
export interface DecodeOptions {
  /** Whether they are left out of the text. Default false. */
  readonly skipSpecialTokens?: boolean;
}

/** A map between texts and ids of tokens. */
export interface Tokenizer {
  /** From which the tokenizer can be made again; `saveTokenizer` writes it. */
  readonly definition: BpeDefinition | CharacterDefinition;
  readonly vocabSize: number;
  /**
   * The ids of a text. Added tokens are recognised wherever they are spelt in it, the longest first.
   *
   * @throws {DataError} If a part of the text has no token.
   */
  readonly encode: (text: string) => Int32Array;
  /**
   * The text of ids.
   *
   * @throws {DataError} If an id is not one of the vocabulary.
   */
  readonly decode: (ids: ArrayLike<number>, options?: DecodeOptions) => string;
  /**
   * The id of a token, bytes in GPT-2's alphabet where the tokenizer is of bytes.
   *
   * @throws {DataError} If there is no such token.
   */
  readonly idOf: (token: string) => number;
}

/** The id of each token. */
export function idsOf(tokens: readonly string[]): ReadonlyMap<string, number> {
  return new Map(tokens.map((token, id) => [token, id]));
}

/** Looks a token up, for {@link Tokenizer.idOf}. */
export function lookUp(ids: ReadonlyMap<string, number>, token: string): number {
  const id = ids.get(token);
  if (id === undefined) {
    throw new DataError(
      `idOf: ${JSON.stringify(token)} is not one of the ${ids.size} tokens; give a token as the vocabulary spells it`,
    );
  }
  return id;
}

/** The token of an id, for {@link Tokenizer.decode}. */
export function tokenAt(tokens: readonly string[], ids: ArrayLike<number>, place: number): string {
  const token = tokens[ids[place]!];
  if (token === undefined) {
    throw new DataError(
      `decode: id ${ids[place]} at place ${place} is not one of 0 to ${tokens.length - 1}, the vocabulary`,
    );
  }
  return token;
}

/** Throws unless special tokens are texts that differ. */
export function requireSpecialTokens(operation: string, specialTokens: readonly string[]): void {
  if (specialTokens.includes('') || new Set(specialTokens).size !== specialTokens.length) {
    throw new ConfigError(
      `${operation}: special tokens ${JSON.stringify(specialTokens)}; expected texts that differ, none empty`,
    );
  }
}
