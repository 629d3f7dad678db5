import TinyQueue from 'tinyqueue';
import { ConfigError, DataError } from '@working-papers/grad';
import { byteOfCharacter, characterOfByte } from './byteAlphabet.ts';
import { byteLevelBpe } from './byteLevelBpe.ts';
import { sectionSplitter, splitWords } from './splitText.ts';
import { idsOf, requireSpecialTokens, type Tokenizer } from './tokenizer.ts';

/** What {@link trainBpe} learns. */
export interface BpeTrainingOptions {
  /** Special tokens, 256 bytes and merged tokens together. */
  readonly vocabSize: number;
  /** They get the first ids, in this order. Default none. */
  readonly specialTokens?: readonly string[];
  /** Occurrences that a pair needs to become a token. Default 2. */
  readonly minCount?: number;
}

/**
 * Learns a byte-level byte-pair encoding: the most frequent pair of neighbouring tokens inside GPT-2's words
 * becomes a token, again and again, until the vocabulary is full. Of equally frequent pairs the one
 * with the lower left id is taken, then with the lower right id, so that the result depends on the text
 * only. Ids: special tokens, the bytes in the order of GPT-2's characters for them, merged tokens in the
 * order in which they were made; all as Hugging Face's trainer has it.
 *
 * A megabyte of English and 2,000 tokens take about a second.
 *
 * @param texts - Words do not reach across two of them. Special tokens in them are not learnt from.
 * @throws {ConfigError} If `vocabSize` leaves no room for the bytes, or an option is out of range.
 * @throws {DataError} If the text has too few frequent pairs to fill the vocabulary.
 */
export function trainBpe(
  texts: Iterable<string>,
  { vocabSize, specialTokens = [], minCount = 2 }: BpeTrainingOptions,
): Tokenizer {
  requireSpecialTokens('trainBpe', specialTokens);
  const least = specialTokens.length + 256;
  if (!Number.isInteger(vocabSize) || vocabSize < least) {
    throw new ConfigError(
      `trainBpe: vocabSize = ${vocabSize}; expected an integer from ${least}, the special tokens and 256 bytes`,
    );
  }
  const byte = specialTokens.find((token) => byteOfCharacter.has(token));
  if (byte !== undefined) {
    throw new ConfigError(
      `trainBpe: the special token ${JSON.stringify(byte)} is also the token of a byte; give a longer one`,
    );
  }
  if (!Number.isInteger(minCount) || minCount < 1) {
    throw new ConfigError(`trainBpe: minCount = ${minCount} is not a positive integer`);
  }
  const tokens = [...specialTokens, ...characterOfByte.toSorted()];
  const words = countWords(texts, { specialTokens, ids: idsOf(tokens) });
  const merges = learnMerges(words, { tokens, vocabSize, minCount });
  if (tokens.length < vocabSize) {
    throw new DataError(
      `trainBpe: the text gives ${tokens.length} tokens of vocabSize = ${vocabSize}, then no pair occurs ${minCount} times; give more text or a smaller vocabSize`,
    );
  }
  return byteLevelBpe({
    kind: 'byte-level-bpe',
    tokens,
    merges,
    addedTokens: specialTokens.map((content) => ({ content, isSpecial: true })),
  });
}

/** A word of the text. */
interface Word {
  /** As they are joined so far. */
  symbols: readonly number[];
  readonly count: number;
}

function countWords(
  texts: Iterable<string>,
  {
    specialTokens,
    ids,
  }: { readonly specialTokens: readonly string[]; readonly ids: ReadonlyMap<string, number> },
): readonly Word[] {
  const counts = new Map<string, number>();
  const sections = sectionSplitter(specialTokens);
  for (const text of texts) {
    for (const section of sections(text)) {
      if (section.isAdded) continue;
      for (const word of splitWords(section.text)) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
  }
  const utf8 = new TextEncoder();
  const idOfByte = characterOfByte.map((character) => ids.get(character)!);
  return Array.from(counts, ([word, count]) => ({
    symbols: Array.from(utf8.encode(word), (byte) => idOfByte[byte]!),
    count,
  }));
}

/** Two tokens side by side, and where. */
interface Pair {
  readonly left: number;
  readonly right: number;
  count: number;
  /** Words that have had it; some may have it no more. */
  readonly words: Set<Word>;
}

/** A pair as it was when it was put into the queue; its count may have changed. */
interface Entry {
  readonly pair: Pair;
  readonly count: number;
}

/** Appends merged tokens to `tokens`; returns the merges. */
function learnMerges(
  words: readonly Word[],
  {
    tokens,
    vocabSize,
    minCount,
  }: { readonly tokens: string[]; readonly vocabSize: number; readonly minCount: number },
): (readonly [string, string])[] {
  const ids = new Map(idsOf(tokens));
  const pairs = pairTable(vocabSize);
  words.forEach((word) => pairs.count(word, 1));
  const first = pairs.all().map((pair) => ({ pair, count: pair.count }));
  const queue = new TinyQueue<Entry>(first, byCountThenIds);
  const merges: (readonly [string, string])[] = [];
  while (tokens.length < vocabSize) {
    const entry = queue.pop();
    if (entry === undefined || entry.count < minCount) break;
    const { pair } = entry;
    if (pair.count !== entry.count) {
      queue.push({ pair, count: pair.count });
      continue;
    }
    const [left, right] = [tokens[pair.left]!, tokens[pair.right]!];
    if (ids.has(left + right)) continue; // spelt like a special token, such as "Ġthe"
    const id = tokens.length;
    ids.set(left + right, id);
    tokens.push(left + right);
    merges.push([left, right]);
    for (const grown of joinEverywhere(pair, id, pairs)) {
      queue.push({ pair: grown, count: grown.count });
    }
  }
  return merges;
}

function byCountThenIds(a: Entry, b: Entry): number {
  return b.count - a.count || a.pair.left - b.pair.left || a.pair.right - b.pair.right;
}

/** Joins a pair in all words that have it; returns the pairs that have become more frequent. */
function joinEverywhere(
  { left, right, words }: Pair,
  id: number,
  pairs: PairTable,
): ReadonlySet<Pair> {
  const grown = new Set<Pair>();
  for (const word of words) {
    const { symbols } = word;
    const joined: number[] = [];
    for (let place = 0; place < symbols.length; place++) {
      const isPair = symbols[place] === left && symbols[place + 1] === right;
      joined.push(isPair ? id : symbols[place]!);
      if (isPair) place++;
    }
    if (joined.length === symbols.length) continue;
    pairs.count(word, -1);
    word.symbols = joined;
    for (const pair of pairs.count(word, 1)) {
      if (pair.left === id || pair.right === id) grown.add(pair);
    }
  }
  words.clear();
  return grown;
}

interface PairTable {
  readonly all: () => Pair[];
  /** Adds the pairs of a word, times its count and a sign; returns them. */
  readonly count: (word: Word, sign: 1 | -1) => readonly Pair[];
}

function pairTable(vocabSize: number): PairTable {
  const table = new Map<number, Pair>();
  return {
    all: () => [...table.values()],
    count: (word, sign) =>
      word.symbols.slice(1).map((right, place) => {
        const left = word.symbols[place]!;
        const key = left * vocabSize + right;
        let pair = table.get(key);
        if (pair === undefined)
          table.set(key, (pair = { left, right, count: 0, words: new Set() }));
        pair.count += sign * word.count;
        if (sign > 0) pair.words.add(word);
        return pair;
      }),
  };
}
