import TinyQueue from 'tinyqueue';
import { DataError } from '@working-papers/grad';
import { byteOfCharacter, characterOfByte } from './byteAlphabet.ts';
import { sectionSplitter, splitWords } from './splitText.ts';
import {
  idsOf,
  lookUp,
  tokenAt,
  type BpeDefinition,
  type DecodeOptions,
  type Tokenizer,
} from './tokenizer.ts';

/** Words whose ids are remembered, and the length up to which they are: most of a text are repetitions. */
const [cachedWords, cachedLength] = [50_000, 64];

/**
 * The tokenizer of a byte-level byte-pair encoding. A text is cut at added tokens, then into GPT-2's words;
 * the UTF-8 bytes of each word are joined pair by pair, always the pair that comes first among the merges,
 * the leftmost of equals. With all 256 bytes in the vocabulary every text has tokens, and `decode` gives
 * back every well-formed text; a lone surrogate has no UTF-8 and becomes U+FFFD, as do bytes that are none.
 * Source: Sennrich et al. 2016 (arXiv:1508.07909); openai/gpt-2, src/encoder.py, for bytes.
 *
 * @param definition - Consistent, as `trainBpe` and `loadTokenizer` make it: every merge joins two tokens
 * of the vocabulary to a third, and tokens that are not added consist of GPT-2's characters for bytes.
 */
export function byteLevelBpe(definition: BpeDefinition): Tokenizer {
  const { tokens, addedTokens } = definition;
  const ids = idsOf(tokens);
  const sections = sectionSplitter(addedTokens.map(({ content }) => content));
  const encodeWord = wordEncoder(definition, ids);
  return {
    definition,
    vocabSize: tokens.length,
    encode: (text) => {
      const encoded: number[] = [];
      for (const section of sections(text)) {
        if (section.isAdded) encoded.push(ids.get(section.text)!);
        else {
          for (const word of splitWords(section.text)) {
            for (const id of encodeWord(word)) encoded.push(id);
          }
        }
      }
      return Int32Array.from(encoded);
    },
    decode: bytesDecoder(definition),
    idOf: (token) => lookUp(ids, token),
  };
}

function bytesDecoder({ tokens, addedTokens }: BpeDefinition): Tokenizer['decode'] {
  const utf8 = new TextEncoder();
  const added = new Map(addedTokens.map((token) => [token.content, token]));
  const bytesOf = tokens.map((token) =>
    added.has(token)
      ? utf8.encode(token)
      : Uint8Array.from(token, (character) => byteOfCharacter.get(character)!),
  );
  return (ids, { skipSpecialTokens = false }: DecodeOptions = {}) => {
    const bytes: number[] = [];
    for (let place = 0; place < ids.length; place++) {
      const token = tokenAt(tokens, ids, place);
      if (!(skipSpecialTokens && added.get(token)?.isSpecial)) bytes.push(...bytesOf[ids[place]!]!);
    }
    // A byte order mark is text like any other.
    return new TextDecoder('utf-8', { ignoreBOM: true }).decode(Uint8Array.from(bytes));
  };
}

/** A function from a word to its ids, which remembers words. */
function wordEncoder(
  definition: BpeDefinition,
  ids: ReadonlyMap<string, number>,
): (word: string) => readonly number[] {
  const utf8 = new TextEncoder();
  const join = pairJoiner(definition, ids);
  const idOfByte = characterOfByte.map((character) => ids.get(character));
  const cache = new Map<string, readonly number[]>();
  return (word) => {
    const cached = cache.get(word);
    if (cached !== undefined) return cached;
    const bytes = Array.from(utf8.encode(word), (byte) => {
      const id = idOfByte[byte];
      if (id === undefined) {
        throw new DataError(
          `encode: byte ${byte} of ${JSON.stringify(word)} has no token; train the tokenizer on such text, or load one whose vocabulary has all 256 bytes`,
        );
      }
      return id;
    });
    const encoded = join(bytes);
    if (word.length <= cachedLength) {
      if (cache.size === cachedWords) cache.clear();
      cache.set(word, encoded);
    }
    return encoded;
  };
}

/** Two neighbours that a merge joins. */
interface Candidate {
  readonly rank: number;
  /** Of the left one. */
  readonly place: number;
  readonly left: number;
  readonly right: number;
}

/** A function that joins ids by the merges, in time n log n, so that a long word does no harm. */
function pairJoiner(
  { tokens, merges }: BpeDefinition,
  ids: ReadonlyMap<string, number>,
): (symbols: number[]) => readonly number[] {
  const size = tokens.length;
  const rankOf = new Map<number, number>();
  const products = merges.map(([left, right], rank) => {
    const pair = ids.get(left)! * size + ids.get(right)!;
    rankOf.set(pair, rank);
    return ids.get(left + right)!;
  });
  return (symbols) => {
    const next = symbols.map((_, place) => place + 1);
    const before = symbols.map((_, place) => place - 1);
    const queue = new TinyQueue<Candidate>([], (a, b) => a.rank - b.rank || a.place - b.place);
    const consider = (place: number) => {
      const [left, right] = [symbols[place], symbols[next[place] ?? -1]];
      if (left === undefined || right === undefined) return;
      const rank = rankOf.get(left * size + right);
      if (rank !== undefined) queue.push({ rank, place, left, right });
    };
    symbols.forEach((_, place) => consider(place));
    for (let best = queue.pop(); best !== undefined; best = queue.pop()) {
      const { place, rank } = best;
      const joined = next[place]!;
      if (symbols[place] !== best.left || symbols[joined] !== best.right) continue; // joined already
      symbols[place] = products[rank]!;
      symbols[joined] = gone;
      next[place] = next[joined]!;
      if (next[place] < symbols.length) before[next[place]] = place;
      consider(before[place]!);
      consider(place);
    }
    return symbols.filter((symbol) => symbol !== gone);
  };
}

/** In the place of a symbol that has been joined to the one before it. */
const gone = -1;
